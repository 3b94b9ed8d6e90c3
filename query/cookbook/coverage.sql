-- How much of each network was looked at, and how deep?
SELECT run, appliance, listed, swept, failed, deep, deep_cut,
       round(100.0 * swept / nullif(listed, 0), 1) AS percent, complete, given_up
FROM runs
WHERE newest
ORDER BY percent, appliance
