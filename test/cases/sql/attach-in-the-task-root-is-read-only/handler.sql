ATTACH 'data.db' AS shipped;
DELETE FROM users WHERE id = 1;
SELECT count(*) AS n FROM shipped.users;
