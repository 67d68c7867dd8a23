-- answer: row
SELECT id FROM users WHERE 0;
