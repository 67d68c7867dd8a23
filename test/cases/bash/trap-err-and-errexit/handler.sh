set -e
trap 'echo trapped >&2' ERR
f() {
  false
}
f
