check() {
  grep -q needle "$1"
}
