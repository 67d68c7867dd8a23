SELECT 200 AS statusCode, x'89504e47' AS body;
