-- How much left the network from devices of each tag, beside the nights before?
SELECT tag,
       count(DISTINCT appliance || '/' || did) AS devices,
       sum(CASE WHEN is_newest THEN sent END) AS last_night,
       sum(CASE WHEN NOT is_newest THEN sent END)
         / nullif(count(DISTINCT CASE WHEN NOT is_newest THEN run END), 0) AS usually
FROM (
  SELECT run, appliance, did, unnest(tags) AS tag, CAST(external_bytes_out AS double) AS sent,
         run = (SELECT max(run) FROM runs) AS is_newest
  FROM devices
)
GROUP BY tag
ORDER BY last_night DESC, tag
