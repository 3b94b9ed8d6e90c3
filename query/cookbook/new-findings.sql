-- What was found last night that was not there before?
SELECT f.appliance, d.hostname, f.severity, f.message, f.first_time
FROM findings f
JOIN latest d ON d.run = f.run AND d.appliance = f.appliance AND d.did = f.did
WHERE f.state = 'new' AND f.excluded IS NULL AND f.severity IN ('medium', 'high')
ORDER BY f.severity, f.first_time, f.appliance, f.did, f.id
