# shellcheck shell=bash disable=SC2154 # the parts share their variables
# An event in its own process: from the fork to the handler's first command, and from its last to the end.

# Prepares everything that can be, waits for this process's turn, then for the event. Leaves the event in __ah_event.
__ah_await_event() {
  set +m
  # As in a script that bash runs directly, not in a subshell.
  BASH_SUBSHELL=0
  if [[ ${__ah_answer-} == stderr ]]; then
    exec 1>&"$__ah_stderr" 2>&"$__ah_stdout"
  else
    exec 1>&"$__ah_stdout" 2>&"$__ah_stderr"
  fi
  # shellcheck disable=SC2093
  exec 0<&"$__ah_stdin" 3>&"$__ah_result" {__ah_stdin}<&- {__ah_stdout}>&- {__ah_stderr}>&- {__ah_result}>&- {__ah_out}>&- \
    {__ah_leash}<&- {__ah_notes_in}<&- {__ah_notes}>&- {__ah_reports}>&- {__ah_turn_out}>&- {__ah_later_out}>&- {__ah_later_in}<&-
  # The first change of a trap makes bash forget those of the driver.
  if [[ $__ah_own_err_trap ]]; then trap - INT; else __ah_trap_err; fi
  __ah_process=$BASHPID __ah_driver=/proc/$$/fd
  # Nothing comes but the turn, and at the driver's end the end.
  read -r -N 1 -u "$__ah_turn_in" || builtin exit

  local length context
  IFS=' ' read -r -u "$__ah_in" _ length || __ah_leave
  IFS='' read -r -N "$length" -u "$__ah_in" context || __ah_leave
  IFS=' ' read -r -u "$__ah_in" _ length || __ah_leave
  IFS='' read -r -N "$length" -u "$__ah_in" __ah_event
  if [[ $context == *$'\n'eventFile=* ]]; then
    length=${context##*$'\n'eventFile=}
    # Without a size: it ends at the end of the file. `read -N` is the one way that is fast in 5.1 too and keeps the last newlines.
    IFS='' read -r -N 1000000000 __ah_event <"${length%%$'\n'*}"
  fi
  # shellcheck disable=SC2093
  exec {__ah_in}<&- {__ah_turn_in}<&- {__ah_held}>"$__ah_driver/$__ah_leash"
  __ah_export "$context"
  __ah_running=1
  if [[ $__ah_strict ]]; then __ah_be_strict; fi
  eval "$__ah_restore"
}

# $1: the context frame. The plugin's own pairs, which follow `env=`, are variables of the environment.
__ah_export() {
  local pairs=${1#*$'\n'env=$'\n'} IFS=$'\n'
  export ANYHANDLER_MARK=${pairs##*$'\n'mark=}
  ANYHANDLER_MARK=${ANYHANDLER_MARK%%$'\n'*}
  set -f
  # shellcheck disable=SC2086,SC2163 # a word a line
  export -- ${pairs%%$'\n'mark=*}
  set +f
}

# The host is gone or lets go of the lane.
__ah_leave() {
  builtin kill -s RTMAX-1 "$BASHPID"
}

# $1: the handler's status. What the handler left may be anything: options, IFS, descriptors.
__ah_finish() {
  if [[ $1 == 0 ]]; then
    __ah_report_done
  else
    __ah_note_end "$1"
  fi
  return "$1"
}

# Tells the host that the event has gone well, and ends at once: what a process's end costs is not the event's. A trap on EXIT has to run first, and
# what reads the output through a process substitution has to end: then the driver reports, after this process's end.
__ah_report_done() {
  if [[ $__ah_patient ]]; then return; fi
  builtin trap -p EXIT >"$__ah_driver/$__ah_notes"
  if builtin read -r -t 0 <"$__ah_driver/$__ah_notes"; then return; fi
  builtin printf 'done\n' >"$__ah_driver/$__ah_reports" && builtin kill -s RTMAX "$__ah_process"
}
