set -e
answer() { echo; }

mkdir /proc/nowhere
