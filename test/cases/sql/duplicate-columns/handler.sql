SELECT 1 AS a, 2 AS b, 3 AS a, 4 AS b;
