set -eT
trap 'echo step >&2' DEBUG
remaining left
echo a
if [[ $1 == 2 ]]; then exit 0; fi
