# shellcheck shell=bash disable=SC2154,SC1091 # the parts share their variables
# The bash driver: one warm process a lane, which forks a process for each event ahead of time. docs/bash.md says what a handler meets;
# docs/child-languages.md has the protocol. Everything here begins with __ah_, so that it is in no handler's way.

# What an older or another shell must get through comes first: it is read command by command.
if [ -z "${BASH_VERSION-}" ]; then
  __ah_json='{"errorType":"Runtime.InterpreterInvalid","errorMessage":"the interpreter of bash handlers is not bash; name bash 5.1 or later in plugins.bash.options.interpreter"}'
  printf 'failed %d\n%s' "${#__ah_json}" "$__ah_json" >&4
  exit 1
fi
if [ "$((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1]))" -lt 501 ]; then
  __ah_json="{\"errorType\":\"Runtime.InterpreterTooOld\",\"errorMessage\":\"bash handlers need bash 5.1 or later, and $BASH is ${BASH_VERSION%%[!0-9.]*}; install a newer one, or name it in plugins.bash.options.interpreter\"}"
  printf 'failed %d\n%s' "${#__ah_json}" "$__ah_json" >&4
  exit 1
fi

__ah_home=${BASH_SOURCE[0]%/*}
# shellcheck source=frames.bash
source "$__ah_home/frames.bash"
# shellcheck source=pipes.bash
source "$__ah_home/pipes.bash"
# shellcheck source=faults.bash
source "$__ah_home/faults.bash"
# shellcheck source=load.bash
source "$__ah_home/load.bash"
# shellcheck source=source.bash
source "$__ah_home/source.bash"
# shellcheck source=event.bash
source "$__ah_home/event.bash"
# shellcheck source=settle.bash
source "$__ah_home/settle.bash"
# shellcheck source=handler.bash
source "$__ah_home/handler.bash"

__ah_open_pipes
__ah_read_load
if [[ $__ah_form == function || ${__ah_bash_env-} ]]; then
  __ah_before_source
  # At the top level: what these files declare must be global.
  if [[ ${__ah_bash_env-} ]]; then
    export BASH_ENV=$__ah_bash_env
    # shellcheck source=/dev/null
    source "$BASH_ENV"
  fi
  if [[ $__ah_form == function ]]; then
    # shellcheck source=/dev/null
    source "$__ah_file"
  fi
  __ah_after_source "$(trap -p)"
  trap - ERR DEBUG RETURN
else
  __ah_put_aside
fi
__ah_finish_load

# Two processes are ahead: one waits for the event, the other for its turn. So the next one is forked while an event is being handled, and nothing
# of a fork or of a process's end lies on an event's way.
set -m
while :; do
  # Each group is a process of its own, in a process group of its own. What the handler runs must stand here, outside of any function.
  case $__ah_form in
    script)
      {
        __ah_await_event
        # shellcheck source=/dev/null
        source "$__ah_file" "$__ah_event"
        { __ah_finish "$?"; } 2>&-
      } &
      ;;
    function)
      {
        __ah_await_event
        "$__ah_function" "$__ah_event"
        { __ah_finish "$?"; } 2>&-
      } &
      ;;
    *)
      {
        __ah_await_event
        exec "$__ah_file"
      } &
      ;;
  esac
  __ah_next=$!
  if [[ $__ah_current ]]; then
    __ah_wait
    __ah_settle
  fi
  __ah_current=$__ah_next
  __ah_give_turn
done
