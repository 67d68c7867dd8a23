SELECT 1 AS "a;b", 2 AS `c;d`, 3 AS [e;f];
