SELECT 1.0 AS a, 0.1 AS b, 1e300 AS c, -2.5e-7 AS d, 10 / 4 AS e, 10 / 4.0 AS f;
