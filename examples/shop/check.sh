# A message of the queue `payments` must look like {"order": 7}; other messages fail.
set -euo pipefail
message=$(cat)
if ! [[ $message =~ ^\{[[:space:]]*\"order\"[[:space:]]*:[[:space:]]*[0-9]+[[:space:]]*\}$ ]]; then
  echo "this is no payment: $message" >&2
  exit 1
fi
echo "$message"
