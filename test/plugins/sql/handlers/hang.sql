-- answer: body application/json
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers)
SELECT CASE WHEN event('hang') THEN (SELECT count(*) FROM numbers) ELSE event() END;
