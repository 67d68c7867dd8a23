echo "$$" >&2
if [[ $1 == 1 ]]; then
  echo "${TMPDIR%/*/*}" >"/tmp/folder-gone.$$"
  rm -rf "${TMPDIR%/*/*}"
  exit
fi
if [[ ! -e /tmp/folder-gone.$$ ]]; then
  echo "another worker"
  exit
fi
mktemp >/dev/null || exit
stat -c '%a %u' "${TMPDIR%/*/*}" "${TMPDIR%/*}" "$TMPDIR" | sort -u
[[ $1 == 2 ]] || rm "/tmp/folder-gone.$$"
