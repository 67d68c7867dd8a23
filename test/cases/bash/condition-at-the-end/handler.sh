answer() {
  [[ ${unset-} ]] && echo yes
}
