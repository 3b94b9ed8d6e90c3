-- What changed since the run before?
SELECT state, appliance, hostname, level_before, level, points, top_reason
FROM change
WHERE state <> 'same'
ORDER BY state, points DESC, appliance, did
