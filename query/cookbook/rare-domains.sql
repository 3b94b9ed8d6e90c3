-- Which domains does hardly anybody use, and how much of their traffic goes there?
SELECT p.domain, p.devices, p.fleet, d.appliance, l.hostname, d.share_connections, d.share_bytes_out
FROM prevalence p
JOIN domains d ON d.domain = p.domain
JOIN latest l ON l.run = d.run AND l.appliance = d.appliance AND l.did = d.did
WHERE (p.devices <= 4 OR p.share <= 0.02)
  AND greatest(coalesce(d.share_connections, 0), coalesce(d.share_bytes_out, 0)) >= 2
ORDER BY p.devices, p.domain, d.appliance, d.did
