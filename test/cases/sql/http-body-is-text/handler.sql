SELECT 200.0 AS statusCode, 5 AS body, 0 AS isBase64Encoded;
