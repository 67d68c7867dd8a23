times=$((times + 1))
calls=0

answer() {
  calls=$((calls + 1))
  echo "sourced $times time, call $calls, $1, $(cat)"
}
