trap 'echo bye >&2' EXIT
set -x
false
f() { false; }
f
kill -0 $$
exit 3
