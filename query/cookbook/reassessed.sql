-- What do stored series say by today's rules, beside what was found then?
SELECT s.appliance, d.hostname, d.level AS then, s.assessed['level'] AS now,
       round(100 * s.assessed['series_score']) AS series_points,
       array_length(s.assessed['findings']) AS findings
FROM (
  SELECT run, appliance, did,
         dt_assess(start, step_seconds, co, external, external_out, sizeout, sizein, asked) AS assessed
  FROM series
  WHERE run = (SELECT max(run) FROM series)
) s
JOIN devices d ON d.run = s.run AND d.appliance = s.appliance AND d.did = s.did
WHERE s.assessed['level'] <> 'minimal'
ORDER BY s.assessed['series_score'] DESC, s.appliance, s.did
