-- answer: rows
SELECT 1 AS n;
-- the end
