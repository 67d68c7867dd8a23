# shellcheck shell=bash disable=SC2154,SC1091
# Commands for handlers, in addition to bash's own. A handler's own function of the same name wins. Most commands are
# loaded at their first use. A command that must be silent sets descriptor 2 to /dev/null, and doesn't close it: a trap
# on DEBUG may write there.

respond() {
  { local - && set +xvT; } 2>/dev/null
  builtin source "$__ah_home/answer.bash"
  respond "$@"
}

stream() {
  { local - && set +xvT; } 2>/dev/null
  builtin source "$__ah_home/answer.bash"
  stream "$@"
}

# remaining [VARIABLE]: prints the milliseconds to the deadline, or puts them into a variable, which needs no subshell.
remaining() {
  { local - && set +xT; } 2>/dev/null
  local __ah_now=${EPOCHREALTIME//[!0-9]/}
  local -i __ah_left='AWS_LAMBDA_DEADLINE_MS - __ah_now / 1000'
  if ((__ah_left < 0)); then __ah_left=0; fi
  if (($#)); then
    builtin printf -v "$1" %d "$__ah_left"
  else
    builtin printf '%d\n' "$__ah_left"
  fi
}

# `exit`, which records its place.
exit() {
  {
    __ah_status=$? __ah_text=$-
    builtin set +xvT
    if [[ $BASH_SUBSHELL == 0 && ${1-0} != *[!0-9]* ]]; then
      __ah_status=$((${1:-$__ah_status} & 255))
      if ((__ah_status)); then
        builtin source "$__ah_home/faults.bash"
        __ah_note_exit "$@"
      elif [[ ${__ah_running-} ]]; then
        __ah_report_done
      fi
    fi
  } 2>/dev/null
  if (($#)); then __ah_end "$@"; else __ah_end "$__ah_status"; fi
}

# The handler has ended.
__ah_finish() {
  __ah_status=$? __ah_text=$-
  builtin set +xT
  if ((__ah_status)); then
    builtin source "$__ah_home/faults.bash"
    __ah_note_end
  else
    __ah_report_done
  fi
}

# Ends the process with the arguments of an `exit`. __ah_text has the options that were on. With `set -x` a trap on EXIT
# is traced, but this command is not: bash writes the trace of a command before it opens descriptor 2 for that command.
__ah_end() {
  if [[ $__ah_text == *x* ]]; then
    { builtin set -x && builtin exit "$@" 2>&239-; } 239>&2 2>&- || :
  fi
  builtin exit "$@"
}

# `kill`, for which `$$` is the process of the event, as in a script that runs alone: the real `$$`
# is the driver.
kill() {
  { local - && set +xT; } 2>/dev/null
  local __ah_argument __ah_before='' __ah_first=1
  local -a __ah_arguments=()
  for __ah_argument; do
    # Process ids are small on Lambda, so the name of a signal, `-9` at the beginning or the word
    # after `-s` or `-n`, can equal the driver's number.
    case $__ah_first$__ah_before$__ah_argument in
      1-* | *-[sn]"$$") ;;
      *"$__ah_before$$" | *"$__ah_before-$$") __ah_argument=${__ah_argument/$$/${__ah_process-$$}} ;;
    esac
    __ah_arguments+=("$__ah_argument")
    __ah_before=$__ah_argument __ah_first=''
  done
  builtin kill "${__ah_arguments[@]}"
}

# Reports success to the host, and ends at once, so that the event doesn't pay for the process's
# end. But first a trap on EXIT must run, and process substitutions in the output must end: then the
# driver reports, after this process's end.
__ah_report_done() {
  if [[ $__ah_patient$__ah_late ]]; then return; fi
  if [[ ! $__ah_simple ]]; then
    builtin trap -p EXIT >"$__ah_notes"
    if builtin read -r -t 0 <"$__ah_notes"; then return; fi
  fi
  if builtin printf 'done %d\n' "$__ah_number" >"$__ah_reports"; then
    # Ends by a signal without other use; but a program that replaced this process can have its exit
    # status.
    if [[ ! $__ah_simple ]]; then builtin printf 'done\n' >"$__ah_notes"; fi
    builtin kill -s RTMIN+13 "$__ah_process"
  fi
}

# Reads the event from the file __ah_event into __ah_event, if the handler uses it there. Since 5.2
# `mapfile` takes a third of the time of `read -N`; before, it reads byte by byte. It splits at NUL
# bytes, which are left out. Both keep the last newlines.
__ah_read_file() {
  builtin local LC_ALL=C __ah_path=$__ah_event
  if [[ $__ah_kind == input ]]; then exec <"$__ah_path"; fi
  __ah_event=''
  if [[ ! $__ah_argument ]]; then return; fi
  if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 502)); then
    builtin mapfile -d '' __ah_event <"$__ah_path"
    if ((${#__ah_event[@]} < 2)); then return; fi
    builtin unset -v __ah_event
  fi
  builtin read -r -N 1000000000 __ah_event <"$__ah_path"
}

# The host has closed the lane, or has ended.
__ah_leave() {
  builtin printf 'end\n' >"$__ah_notes"
  builtin exit
}

# The trap on ERR reports a failed command: $1 its status, $2 the command, $3 its line, $4 `$_`,
# which stays unchanged for the handler.
__ah_failed() {
  builtin source "$__ah_home/faults.bash"
  __ah_failed "$1" "$2" "$3" within
}
