set -e
source "${BASH_SOURCE[0]%/*}/lib.sh"
