# BASH_ENV of `anyhandler test --coverage`: the trace of bash, which names file and line of each command, goes to a file
# and not to the log.
if [[ -v ANYHANDLER_COVERAGE ]]; then
  exec {ANYHANDLER_COVERAGE_FD}>>"$ANYHANDLER_COVERAGE/bash"
  BASH_XTRACEFD=$ANYHANDLER_COVERAGE_FD
  PS4='+${BASH_SOURCE[0]-}:$LINENO:'
  set -x
fi
