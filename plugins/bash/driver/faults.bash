# shellcheck shell=bash disable=SC1091,SC2154
# Where a handler failed. A trap on ERR sees every command whose failure counts, in functions too (errtrace); it runs
# where `set -e` would end the script, and only looks. The first failure loads this.

builtin source "$__ah_home/json.bash"

# $1: status, $2: the command, $3: its line, $4: `within` when the function that loaded this stands between.
__ah_failed() {
  # The parent reports a subshell's failure.
  if [[ $BASH_SUBSHELL != 0 ]]; then return; fi
  local -i __ah_depth=1
  if [[ $4 == within && ${FUNCNAME[1]} == __ah_failed ]]; then __ah_depth=2; fi
  if ((${#FUNCNAME[@]} > __ah_depth + 1)); then
    __ah_fault=("$1" "$2")
    __ah_fault_functions=("${FUNCNAME[@]:__ah_depth}")
    __ah_fault_files=("${BASH_SOURCE[@]:__ah_depth}")
    __ah_fault_lines=("$3" "${BASH_LINENO[@]:__ah_depth}")
  elif [[ $__ah_form == function && $2 != "${__ah_fault[1]-}" || $1 != "${__ah_fault[0]-}" ]]; then
    # The handler itself returned this status: by `return`, or by a condition that no trap sees.
    __ah_fault=("$1" "$2")
    if [[ $__ah_form != function ]]; then __ah_fault=("$1"); fi
    __ah_fault_functions=()
  fi
  if [[ $- == *e* ]]; then __ah_note; fi
}

# The handler ended with __ah_status.
__ah_note_end() {
  if [[ ${__ah_fault[0]-} != "$__ah_status" ]]; then
    __ah_fault=("$__ah_status")
    __ah_fault_functions=()
  fi
  if [[ $__ah_form != executable ]]; then
    # Returns the status from before.
    builtin source "$__ah_home/end.bash" || builtin :
    __ah_look_at_end || builtin :
  fi
  __ah_note
}

# The arguments of `exit`, which calls this and ends with __ah_status.
__ah_note_exit() {
  if (($# == 0)) && [[ ${__ah_fault[0]-} == "$__ah_status" ]]; then
    __ah_note
    return
  fi
  __ah_fault=("$__ah_status" "exit${1+ $1}")
  __ah_fault_functions=("${FUNCNAME[@]:2}")
  __ah_fault_files=("${BASH_SOURCE[@]:2}")
  __ah_fault_lines=("${BASH_LINENO[@]:1}")
  __ah_note
}

# Reports to the driver, in one line of JSON; the last line counts.
__ah_note() {
  local __ah_text=${__ah_fault[1]-} __ah_frame __ah_stack='' __ah_file
  local -i __ah_index
  if ((${#__ah_text} > 2000)); then __ah_text=${__ah_text:0:2000}…; fi
  __ah_quote __ah_text "$__ah_text"
  for ((__ah_index = 0; __ah_index < ${#__ah_fault_functions[@]} && __ah_index < 50; __ah_index++)); do
    __ah_file=${__ah_fault_files[__ah_index]}
    if [[ $__ah_file == "$__ah_home"/* ]]; then break; fi
    __ah_frame=$__ah_file:${__ah_fault_lines[__ah_index]}
    if [[ ${__ah_fault_functions[__ah_index]} != source ]]; then __ah_frame="${__ah_fault_functions[__ah_index]} ($__ah_frame)"; fi
    __ah_quote __ah_frame "at $__ah_frame"
    __ah_stack+=,$__ah_frame
  done
  builtin printf '{"status":%d,"command":%s,"stack":[%s]}\n' "${__ah_fault[0]}" "$__ah_text" "${__ah_stack#,}" >"$__ah_notes"
}
