broken() {
  if
}
