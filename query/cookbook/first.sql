-- Which devices first?
SELECT appliance, hostname, level, round(100 * rank_score) AS priority, top_reason, top_destination, stage
FROM latest
WHERE level IN ('medium', 'high')
ORDER BY rank_score DESC, appliance, did
LIMIT 20
