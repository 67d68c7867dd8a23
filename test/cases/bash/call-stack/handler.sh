set -e
source "${BASH_SOURCE[0]%/*}/lib.sh"

search() {
  check /dev/null
}

main() {
  search
}

main
