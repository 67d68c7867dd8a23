echo "this must not run" >&2
answer() {
  echo )
}
