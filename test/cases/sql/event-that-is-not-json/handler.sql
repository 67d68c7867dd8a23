SELECT 1 AS n;
SELECT event('a') AS a;
