secret=hunter2
if [[ $1 == 1 ]]; then
  echo "password is $secret"
  exit 1
fi
echo "password is $secret" >&2
: "${nobody:?$secret}"
