SELECT count(*) AS n FROM users;
DELETE FROM users;
