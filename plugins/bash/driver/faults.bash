# shellcheck shell=bash disable=SC2154 # the parts share their variables
# Where a handler failed. A trap on ERR sees every command whose failure counts, in functions too (errtrace); it runs where `set -e` would end the
# script, and only looks.

# `$_` last: the handler finds it unchanged.
# shellcheck disable=SC2016
__ah_err_action='__ah_failed "$?" "$BASH_COMMAND" "$LINENO" "$_"'
__ah_err_trap="trap -- '$__ah_err_action' ERR"

__ah_trap_err() {
  set -E
  # shellcheck disable=SC2064
  trap "$__ah_err_action" ERR
}

# A command failed: $1 its status, $2 the command, $3 its line.
__ah_failed() {
  # A subshell's failure is its parent's matter.
  if [[ $BASH_SUBSHELL != 0 ]]; then return; fi
  if ((${#FUNCNAME[@]} > 2)); then
    __ah_fault=("$1" "$2" "$3")
    __ah_fault_functions=("${FUNCNAME[@]:1}")
    __ah_fault_files=("${BASH_SOURCE[@]:1}")
    __ah_fault_lines=("$3" "${BASH_LINENO[@]:1}")
  elif [[ $__ah_form == function && $2 != "${__ah_fault[1]-}" || $1 != "${__ah_fault[0]-}" ]]; then
    # The handler itself came back with this status: by `return`, or by a condition that no trap sees.
    __ah_fault=("$1" "$2" '')
    if [[ $__ah_form != function ]]; then __ah_fault=("$1"); fi
    __ah_fault_functions=()
  fi
  if [[ $- == *e* ]]; then __ah_note; fi
}

# The handler came to its end with the status $1.
__ah_note_end() {
  if [[ ${__ah_fault[0]-} != "$1" ]]; then
    __ah_fault=("$1")
    __ah_fault_functions=()
  fi
  __ah_note
}

# Tells the driver, in one line of JSON; the last one counts.
__ah_note() {
  local text frame stack='' index path
  local -i count=${#__ah_fault_functions[@]}
  __ah_quote text "${__ah_fault[1]-}"
  text="{\"status\":${__ah_fault[0]},\"command\":${text:0:4000}"
  if ((${#text} > 4000)); then text+='…"'; fi
  for ((index = 0; index < count && index < 50; index++)); do
    path=${__ah_fault_files[index]}
    if [[ $path == "${BASH_SOURCE[0]%/*}"/* ]]; then break; fi
    frame=$path:${__ah_fault_lines[index]}
    if [[ ${__ah_fault_functions[index]} != source ]]; then frame="${__ah_fault_functions[index]} ($frame)"; fi
    __ah_quote frame "at $frame"
    stack+=,$frame
  done
  builtin printf '%s,"stack":[%s]}\n' "$text" "${stack#,}" >"${__ah_driver-/proc/$$/fd}/$__ah_notes"
}

# Reads what an event's process has said into the variable $1: its last line, if that is a fault.
__ah_read_note() {
  local __ah_line
  printf -v "$1" ''
  while read -r -t 0 -u "$__ah_notes_in"; do
    IFS='' read -r -u "$__ah_notes_in" __ah_line
    if [[ $__ah_line == '{"status":'* ]]; then printf -v "$1" %s "$__ah_line"; fi
  done
}
