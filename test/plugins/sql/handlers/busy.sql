-- answer: body application/json
-- Some 20 ms of work: SQL has no pause.
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers LIMIT 100000)
SELECT CASE WHEN count(*) = 100000 THEN event() END FROM numbers;
