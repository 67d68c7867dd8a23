# GET /sums/sha256?text=hello: the checksum of a text.
program=$(param algorithm)sum
if ! command -v "$program" >/dev/null; then
  respond 404
  echo "there is no $program"
  exit
fi
query text text
# shellcheck disable=SC2154 # `query` has set it.
printf %s "$text" | "$program"
