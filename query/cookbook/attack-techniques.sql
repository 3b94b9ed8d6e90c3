-- Which ATT&CK techniques might there be, and on how many devices?
SELECT technique, count(DISTINCT appliance || '/' || did) AS devices, count(*) AS findings
FROM (
  SELECT appliance, did, unnest(attack_candidates) AS technique
  FROM findings
  WHERE run = (SELECT max(run) FROM runs) AND excluded IS NULL
)
GROUP BY technique
ORDER BY devices DESC, technique
