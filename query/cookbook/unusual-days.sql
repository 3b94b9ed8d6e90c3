-- Which days stand out for how many devices?
SELECT CAST(to_timestamp_seconds(first_second + 86400 * day) AS date) AS day,
       count(*) AS devices, round(max(z), 1) AS highest
FROM (
  SELECT CAST(date_part('epoch', date_trunc('day', start)) AS bigint) AS first_second,
         unnest(days) AS z, unnest(range(0, array_length(days))) AS day
  FROM (
    SELECT start, dt_day_z(start, step_seconds, external_out) AS days
    FROM series
    WHERE run = (SELECT max(run) FROM series)
  )
)
WHERE z > 6
GROUP BY CAST(to_timestamp_seconds(first_second + 86400 * day) AS date)
ORDER BY devices DESC, day
