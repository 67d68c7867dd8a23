-- answer: body
SELECT 'x' WHERE 0;
