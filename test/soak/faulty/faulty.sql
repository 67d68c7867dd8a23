-- answer: body application/json
-- No query can kill its worker: such an event fails like the others.
SELECT abs(-9223372036854775807 - 1) WHERE event('do') IN ('fail', 'kill');
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE event('do') = 'hang') SELECT count(*) FROM n;
SELECT event();
