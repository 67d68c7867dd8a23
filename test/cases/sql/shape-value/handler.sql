-- answer: value
SELECT count(*) FROM users;
