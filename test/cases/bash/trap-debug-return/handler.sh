f() { echo in; }
set -T
trap 'echo "returned from ${FUNCNAME[0]}"' RETURN
f
trap - RETURN
trap 'echo "before $BASH_COMMAND" >&2' DEBUG
:
trap - DEBUG
