-- Which findings would be left if one in ten may be chance (Benjamini-Hochberg)?
WITH tested AS (
  SELECT appliance, did, id, rule_id, message, p,
         row_number() OVER (ORDER BY p, appliance, did, id) AS place
  FROM findings
  WHERE run = (SELECT max(run) FROM runs) AND excluded IS NULL AND p IS NOT NULL
), many AS (
  SELECT CAST(count(*) AS double) AS m FROM tested
), last AS (
  SELECT max(t.place) AS place FROM tested t CROSS JOIN many WHERE t.p <= 0.1 * t.place / many.m
)
SELECT t.appliance, t.did, t.rule_id, t.p, t.message
FROM tested t CROSS JOIN last
WHERE t.place <= last.place
ORDER BY t.place
