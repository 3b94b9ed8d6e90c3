-- Who sent far more outside than in all runs before?
SELECT l.appliance, l.hostname, l.external_bytes_out AS sent, b.usually,
       round(l.external_bytes_out / b.usually, 1) AS times
FROM latest l
JOIN (
  SELECT appliance, did, avg(CAST(external_bytes_out AS double)) AS usually
  FROM devices
  WHERE run < (SELECT max(run) FROM runs)
  GROUP BY appliance, did
) b ON b.appliance = l.appliance AND b.did = l.did
WHERE l.external_bytes_out > 5 * b.usually AND l.external_bytes_out > 10000000
ORDER BY times DESC, l.appliance, l.did
