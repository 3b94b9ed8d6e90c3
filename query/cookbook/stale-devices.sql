-- Which devices are still listed, and were not seen for two weeks?
SELECT appliance, hostname, type, last_seen, round(date_part('epoch', asked - last_seen) / 86400) AS days
FROM latest
WHERE last_seen < asked - INTERVAL '14 days'
ORDER BY last_seen, appliance, did
