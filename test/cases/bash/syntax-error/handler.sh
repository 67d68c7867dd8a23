echo "this must not run" >&2
if true; then
  echo
