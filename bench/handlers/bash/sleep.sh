sleep 0.05
echo '{"body":"Hello World","statusCode":200}'
