-- Who talked to a domain, under whatever name below it, and when?
SELECT d.run, d.appliance, v.hostname, v.ip, d.domain, d.connections, d.bytes_out
FROM domains d
JOIN devices v ON v.run = d.run AND v.appliance = d.appliance AND v.did = d.did
WHERE d.registrable = registrable('www.evil.example')
ORDER BY d.run, d.appliance, d.did, d.domain
