SELECT 200 AS statusCode, event('headers') AS headers;
