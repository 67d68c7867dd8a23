SELECT '{"a":1}' AS headers, 5 AS body;
