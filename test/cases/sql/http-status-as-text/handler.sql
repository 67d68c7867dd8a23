SELECT '201' AS statusCode, 'a' AS body;
