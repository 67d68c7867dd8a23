SELECT 'Hello World' body, 200 statusCode;
