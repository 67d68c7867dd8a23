-- answer: list
SELECT 1;
