-- About which devices is little known, and what is missing?
SELECT missing, count(*) AS devices, min(hostname) AS for_example
FROM (
  SELECT hostname,
         unnest(CASE WHEN listed_share < 0.25
                     THEN array_append(missing, 'most of its traffic outside is listed by no name')
                     ELSE missing END) AS missing
  FROM latest
)
GROUP BY missing
ORDER BY devices DESC, missing
