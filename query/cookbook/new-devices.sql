-- Which devices came within the last day, and what is the matter with them?
SELECT appliance, hostname, ip, mac, type, first_seen, level, top_reason
FROM latest
WHERE first_seen >= asked - INTERVAL '1 day'
ORDER BY rank_score DESC, appliance, did
