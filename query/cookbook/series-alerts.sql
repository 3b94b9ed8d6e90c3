-- Whose bytes outside were unusual in the last four weeks, by today's rules?
SELECT appliance, did, alerts
FROM (
  SELECT appliance, did, dt_alerts(start, step_seconds, external_out) AS alerts
  FROM series
  WHERE run = (SELECT max(run) FROM series)
)
WHERE alerts > 0
ORDER BY alerts DESC, appliance, did
