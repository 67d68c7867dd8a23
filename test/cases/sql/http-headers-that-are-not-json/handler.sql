SELECT 200 AS statusCode, 'a: b' AS headers;
