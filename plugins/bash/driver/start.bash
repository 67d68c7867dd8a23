# shellcheck shell=bash disable=SC2154,SC1090,SC1091,SC2030,SC2031
# The bash driver: one warm process for each lane, which forks the process of an event before the event comes.
# docs/bash.md describes it for handlers; docs/child-languages.md has the protocol. All names here begin with __ah_, so
# that they don't collide with a handler's.
#
# Most of a fork's cost is memory that both processes write to afterwards, page by page. So this process is kept small.
# Code that is needed once runs in subshells, and code that is needed seldom is sourced then. Code for each event is in
# the loop and not in functions, because bash copies a function for each call.

# Code that an older or another shell must be able to read comes first: a shell reads command by
# command.
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
source "$__ah_home/descriptors.bash"

# Settings that a file of functions or BASH_ENV must not change are read before they run.
if ! __ah_text=$(source "$__ah_home/load.bash"); then
  eval "$__ah_text"
  __ah_text=$(source "$__ah_home/syntax.bash")
fi
eval "$__ah_text"
exec 242<&- 243<&-
source "$__ah_home/commands.bash"
if [[ $__ah_posix ]]; then source "$__ah_home/posix.bash"; fi
__ah_status='' __ah_notes=/proc/$$/fd/235
if [[ $__ah_form == script ]]; then BASH_ARGV0=$__ah_file; else BASH_ARGV0=bash; fi
if [[ $__ah_form == function || $__ah_bash_env ]]; then
  # The trace of `set -x` must not show the driver's own commands here.
  exec 239>&1 1>&232 2>/dev/null
  # At the top level, because declarations of these files must be global.
  eval "$__ah_before"
  if [[ $__ah_bash_env ]]; then
    export BASH_ENV=$__ah_bash_env
    source "$BASH_ENV" 2>&232
  fi
  if [[ $__ah_form == function ]]; then source "$__ah_file" 2>&232; fi
  {
    __ah_user_shellopts=$SHELLOPTS __ah_user_bashopts=$BASHOPTS
    # The remaining setup runs while the host asks for the first event.
    if [[ $__ah_form != function ]] || builtin declare -F -- "$__ah_function" >/dev/null; then builtin printf 'loaded 0\n' >&231; else __ah_simple=''; fi
    # Mostly nothing must be put aside: if no word could set a trap or load other code, the options
    # and these variables show it.
    if [[ ! $__ah_simple || $SHELLOPTS != "$__ah_shellopts" || $BASHOPTS != "$__ah_bashopts" || ${IFS-} != $' \t\n' || -v TMOUT ]]; then
      eval "$(
        umask 077
        set +C
        # In a function or a sourced file bash doesn't list them all.
        trap -p >"$__ah_folder/traps" || __ah_traps=$(trap -p)
        source "$__ah_home/aside.bash"
      )"
    fi
    trap - EXIT ERR DEBUG RETURN
  } 2>/dev/null
  exec 1>&239 239>&-
else
  printf 'loaded 0\n' >&231
fi
# The driver's own error messages are discarded.
exec 2>/dev/null
# The processes of events inherit it. Their first change of a trap removes the driver's other traps.
if [[ ! $__ah_own_err_trap ]]; then
  set -E
  trap '{ __ah_failed "$?" "$BASH_COMMAND" "$LINENO" "$_"; } 2>/dev/null' ERR
fi

# A group that closes descriptors keeps them under the first free numbers from 10 on, to restore them at its end, and
# closes these when a program is started. So the loop runs in such a group: a handler's programs inherit nothing, and no
# event pays for closing anything.
__ah_free=()
for ((__ah_text = 10; ${#__ah_free[@]} < 11; __ah_text++)); do
  if [[ ! -e /proc/self/fd/$__ah_text ]]; then __ah_free+=("$__ah_text"); fi
done
__ah_in=${__ah_free[0]} __ah_stderr=/proc/$$/fd/${__ah_free[1]} __ah_next_leash=${__ah_free[3]}
__ah_report=${__ah_free[2]} __ah_reports=/proc/$$/fd/${__ah_free[2]}
__ah_notes_in=${__ah_free[4]} __ah_notes=/proc/$$/fd/${__ah_free[4]} __ah_leash=${__ah_free[5]}
# Chosen by the last bit of an event's number.
__ah_outputs=("/proc/$$/fd/${__ah_free[9]}" "/proc/$$/fd/${__ah_free[7]}") __ah_results=("/proc/$$/fd/${__ah_free[10]}" "/proc/$$/fd/${__ah_free[8]}")
export TMPDIR=$__ah_folder/tmp ANYHANDLER_REPORTS=$__ah_reports

# The next event's process is forked before the host hears that the last one has ended. While an
# event runs, no other work takes processor time from it: neither a fork nor a process's end.
__ah_number=0
set -m -f
{
  # The host counts a lane's events as well: messages of an event have its number.
  while ((++__ah_number)); do
    {
      # The process of an event. It is ready before the event comes.
      BASH_SUBSHELL=0 __ah_process=$BASHPID
      # Turned on once more, so that `kill %1` knows this process's own group.
      builtin set -m +m
      builtin read -r -u "$__ah_in" __ah_kind __ah_length __ah_size _ || __ah_leave
      # All characters are single bytes, because non-ASCII events come in a file.
      builtin read -r -N "$__ah_length" -u "$__ah_in" __ah_text
      builtin read -r -N "$__ah_size" -u "$__ah_in" __ah_event
      if [[ $__ah_kind != task ]]; then __ah_read_file; fi
      # Variables, a line each.
      IFS=$'\n'
      # shellcheck disable=SC2086,SC2163
      builtin export -- $__ah_text
      __ah_running=1 IFS=$' \t\n'
      builtin set +f
      if [[ $__ah_restore ]]; then builtin eval "$__ah_restore"; fi

      # The handler, outside of any function.
      case $__ah_form$__ah_simple in
        script175) builtin source "$__ah_file" "$__ah_event" ;;
        function175) "$__ah_function" "$__ah_event" ;;
        script)
          builtin source "$__ah_file" "$__ah_event"
          { __ah_finish; } 2>/dev/null
          __ah_end "$__ah_status"
          ;;
        function)
          "$__ah_function" "$__ah_event"
          { __ah_finish; } 2>/dev/null
          __ah_end "$__ah_status"
          ;;
        *) exec "${__ah_program[@]}" "$__ah_file" ;;
      esac
      # Like __ah_finish, but shorter, because there can be no traps. It prints nothing under `set
      # -x`. The handler may have left any options and variables.
      {
        if __ah_status=$? && ((__ah_status)); then
          builtin source "$__ah_home/faults.bash"
          __ah_note_end
        elif [[ ! $__ah_patient ]]; then
          builtin printf 'done %d\n' "$__ah_number" >&"$__ah_report" && builtin kill -s RTMIN+13 "$__ah_process"
        fi
        __ah_text=$-
        builtin set +x
      } 2>&-
      __ah_end "$__ah_status"
      # Opened, not inherited: flags that a program sets on a descriptor, such as O_NONBLOCK, end with the event.
      # They are opened here and not by `exec`, for which bash first saves the old descriptors.
    } 238>"/proc/$$/fd/$__ah_next_leash" 1>"${__ah_outputs[__ah_number & 1]}" 3>"${__ah_results[__ah_number & 1]}" 2>"$__ah_stderr" &

    __ah_process=$!
    # By its path: a worker that can't open a file any more must not report that it is at rest.
    if [[ $__ah_status ]]; then builtin printf 'idle %d\n' "$((__ah_number - 1))" >"$__ah_reports"; fi
    # Two leashes in turn: the host may still check the last event's leash, while the next process
    # holds its own.
    __ah_text=$__ah_leash __ah_leash=$__ah_next_leash __ah_next_leash=$__ah_text
    if builtin wait "$__ah_process"; then __ah_status=0; else __ah_status=$?; fi
    if [[ $__ah_patient ]]; then builtin read -r -t 1 -u "$__ah_leash" || :; fi
    builtin kill -KILL -- "-$__ah_process" || :
    # The record of the process: a fault, or its own report of success if a program in its place
    # could have ended in the same way.
    __ah_text=''
    if builtin read -r -t 0 -u "$__ah_notes_in"; then builtin read -r -u "$__ah_notes_in" __ah_text; fi
    if [[ $__ah_text == end ]]; then break; fi
    # After a success nothing remains to be done if no process holds the leash and TMPDIR was not
    # used.
    if [[ $__ah_text != 'done' && $__ah_status$__ah_text != "$__ah_simple" ]] || ! builtin read -r -t 0 -u "$__ah_leash"; then
      (builtin source "$__ah_home/settle.bash")
    fi
    if [[ ! -d $TMPDIR || -L $TMPDIR || ! $TMPDIR -ot $__ah_folder/empty ]]; then
      (builtin source "$__ah_home/tmp.bash") || break
    fi
    # A new pipe for the next event. Unread input of this event disappears with the old pipe.
    # shellcheck disable=SC2093
    exec 0<<<''
    builtin read -r __ah_text
  done
} 230<&- 232>&- 233>&- 234<&- 235>&- 236<&- 231>&- 240<&- 241<&- 244<&- 245<&-
