# shellcheck shell=bash disable=SC2154,SC1091
# The file of functions (or BASH_ENV) ended the shell while it was sourced. Runs in the trap on EXIT.

__ah_status=$?
set +eux
exec 2>/dev/null
source "$__ah_home/json.bash"
__ah_text='' __ah_stack='[]'
# The recorded failure: {"status":…,"command":…,"stack":[…]}
while read -r -t 0 -u 235; do IFS='' read -r -u 235 __ah_text; done
if [[ $__ah_text == '{"status":'* ]]; then
  __ah_stack=${__ah_text##*,\"stack\":}
  __ah_stack=${__ah_stack%\}}
fi
__ah_quote __ah_text "${__ah_file##*/} ended with exit status $__ah_status while it was loaded"
__ah_send failed "{\"errorType\":\"Function.ExitStatus\",\"errorMessage\":$__ah_text,\"stackTrace\":$__ah_stack}"
builtin exit 1
