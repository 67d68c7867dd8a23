set -x
respond 200
remaining left
exit 0
