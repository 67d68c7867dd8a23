handler() {
  if [[ $(query fail) == 1 ]]; then return 3; fi
  printf '{"id":"%s"}' "$(param path)"
}
