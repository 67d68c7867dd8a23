echo '{"statusCode": 418, "body": "teapot"}'
