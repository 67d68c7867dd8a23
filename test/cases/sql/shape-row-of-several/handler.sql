-- answer: row
SELECT id FROM users ORDER BY id DESC;
