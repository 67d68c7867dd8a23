hello() {
  echo '{"body":"Hello World","statusCode":200}'
}

echo_event() {
  cat
}

wait_a_little() {
  sleep 0.05
  echo '{"body":"Hello World","statusCode":200}'
}
