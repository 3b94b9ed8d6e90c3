-- Which domains were never seen before last night, and by whom are they used?
SELECT k.domain, k.first_run, k.hosts, l.appliance, l.hostname, d.countries
FROM known k
JOIN domains d ON d.appliance = k.appliance AND d.domain = k.domain AND d.run = k.first_run
JOIN latest l ON l.run = d.run AND l.appliance = d.appliance AND l.did = d.did
ORDER BY k.domain, l.appliance, l.did
