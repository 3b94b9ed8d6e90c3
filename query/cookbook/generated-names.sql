-- Which domains look generated, and who uses them?
SELECT d.domain, d.dga_score, d.popularity, d.appliance, l.hostname
FROM domains d
JOIN latest l ON l.run = d.run AND l.appliance = d.appliance AND l.did = d.did
WHERE d.dga_score >= 50
ORDER BY d.dga_score DESC, d.domain, d.appliance, d.did
