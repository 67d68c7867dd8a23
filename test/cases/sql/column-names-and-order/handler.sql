SELECT 1 AS "2", 2 AS "1", 3 AS "__proto__", 4 AS "a""b", 5 AS "";
