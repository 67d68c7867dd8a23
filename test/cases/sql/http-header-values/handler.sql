SELECT 200 AS statusCode, '{"content-length": 5, "x-ok": true, "x": "y", "vary": ["a", 2]}' AS headers, '{"set-cookie": ["a=1", 2]}' AS multiValueHeaders;
