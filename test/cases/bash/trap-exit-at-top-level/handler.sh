trap 'echo bye' EXIT
trap 'echo usr1' USR1

answer() {
  kill -USR1 $$
  echo "$1"
}
