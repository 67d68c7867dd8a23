answer() {
  false
  echo went on
}
