SELECT 200 AS statusCode, json_object('content-type', 'text/html') AS headers, '{"x": ["a", "b"]}' AS multiValueHeaders, json_array('a=1', 'b=2') AS cookies, '{"a":1}' AS body;
