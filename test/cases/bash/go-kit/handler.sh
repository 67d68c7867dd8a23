#!/bin/sh
echo '{"body": "Hello World", "statusCode": 200}'
