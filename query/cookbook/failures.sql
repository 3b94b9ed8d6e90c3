-- Which devices fail again and again, and why?
SELECT appliance, did, kind, count(*) AS runs, max(run) AS last_run, max(message) AS message
FROM errors
GROUP BY appliance, did, kind
HAVING count(*) > 1 OR max(run) = (SELECT max(run) FROM runs)
ORDER BY runs DESC, appliance, did, kind
