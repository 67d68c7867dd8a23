-- answer: value
SELECT name FROM users WHERE 0;
