SELECT group_concat(name) AS names, (SELECT count(*) FROM anyhandler_migrations) AS applied FROM (SELECT name FROM t ORDER BY rowid);
