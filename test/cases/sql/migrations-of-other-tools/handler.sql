SELECT sum(n) AS n, (SELECT group_concat(name) FROM anyhandler_migrations) AS names FROM t;
