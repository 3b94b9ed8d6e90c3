-- What became of one device from run to run?
SELECT run, level, round(100 * score) AS points, findings, findings_new, connections, external_bytes_out, top_reason
FROM devices
WHERE appliance = 'site-a' AND hostname = 'ws-003'
ORDER BY run
