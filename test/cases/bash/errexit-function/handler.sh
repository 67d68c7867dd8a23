answer() {
  set -e
  false
  echo x
}
