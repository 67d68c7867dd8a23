set -e
trap 'echo "status $?" >&2' EXIT
false
