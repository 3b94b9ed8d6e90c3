-- To which countries do fewer than a handful of devices talk?
SELECT country, count(DISTINCT appliance || '/' || did) AS devices, min(domain) AS for_example
FROM (
  SELECT appliance, did, domain, unnest(countries) AS country
  FROM domains
  WHERE run = (SELECT max(run) FROM runs)
)
GROUP BY country
HAVING count(DISTINCT appliance || '/' || did) <= 4
ORDER BY devices, country
