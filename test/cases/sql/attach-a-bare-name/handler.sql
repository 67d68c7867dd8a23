ATTACH "data.db" AS 'shipped';
SELECT count(*) AS n FROM shipped.users;
