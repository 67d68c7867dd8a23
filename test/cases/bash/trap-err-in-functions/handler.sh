set -eE
trap 'echo "line $LINENO" >&2' ERR

answer() {
  false
}
