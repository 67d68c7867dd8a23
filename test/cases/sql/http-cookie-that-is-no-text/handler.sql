SELECT 200 AS statusCode, '["a=1", 2]' AS cookies;
