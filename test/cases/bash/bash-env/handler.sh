echo "$greeting $BASH_ENV"
set -o | grep pipefail
