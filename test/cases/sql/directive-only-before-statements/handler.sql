SELECT 1 AS n;
-- answer: rows
