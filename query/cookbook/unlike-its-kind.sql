-- Who sends much more outside than devices of its kind do?
SELECT l.appliance, l.hostname, l.type, l.external_bytes_out, k.median
FROM latest l
JOIN (
  SELECT type, median(CAST(external_bytes_out AS double)) AS median, count(*) AS devices
  FROM latest
  GROUP BY type
) k ON k.type = l.type
WHERE k.devices >= 5 AND l.external_bytes_out > 20 * k.median
ORDER BY l.external_bytes_out DESC, l.appliance, l.did
