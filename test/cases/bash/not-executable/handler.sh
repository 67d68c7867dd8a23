set -e
"${BASH_SOURCE[0]%/*}/data.txt"
