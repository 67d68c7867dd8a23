false
f() {
  return 1
}
f || echo one
[[ -n "" ]] && echo x
