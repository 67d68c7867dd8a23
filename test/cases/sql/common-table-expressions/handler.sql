WITH RECURSIVE counter(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM counter WHERE n < :limit)
SELECT count(*) AS rows, sum(n) AS total FROM counter;
