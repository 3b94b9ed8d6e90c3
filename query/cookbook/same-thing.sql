-- Which one thing is the matter with many devices at once?
SELECT rule_id, object_type, registrable(object_value) AS thing, count(*) AS devices,
       count(*) FILTER (WHERE severity = 'high') AS high,
       min(first_time) AS since
FROM findings
WHERE run = (SELECT max(run) FROM runs) AND excluded IS NULL AND object_type IN ('domain', 'port')
GROUP BY rule_id, object_type, registrable(object_value)
HAVING count(*) >= 3
ORDER BY devices DESC, rule_id, thing
