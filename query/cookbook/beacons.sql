-- Who calls a domain regularly that hardly anybody else uses?
SELECT f.appliance, l.hostname, f.object_value AS domain, p.devices, f.message, f.confidence, f.first_time
FROM findings f
JOIN latest l ON l.run = f.run AND l.appliance = f.appliance AND l.did = f.did
LEFT JOIN prevalence p ON p.domain = f.object_value
WHERE f.rule_id = 'dt-regular-caller' AND f.excluded IS NULL
ORDER BY p.devices, f.appliance, f.did, f.id
