# shellcheck shell=bash disable=SC2154
# No trap on ERR sees a condition that fails, such as the first command of `a && b`. When a handler ends with one, its
# file tells which line that was.

__ah_look_at_end() {
  local -a __ah_lines=()
  if [[ $__ah_form == function ]]; then
    if ((${#__ah_fault_functions[@]} == 0)); then __ah_look_for_command "${__ah_fault[1]-}"; fi
  elif builtin mapfile -t __ah_lines <"$__ah_file"; then
    __ah_look_at_last_line
  fi
}

# The last line of the function that holds the command $1; bash may show it in other words than the author's.
__ah_look_for_command() {
  local -i __ah_first __ah_index
  local __ah_path
  IFS=' ' builtin read -r _ __ah_first __ah_path <<<"$(builtin shopt -s extdebug && builtin declare -F -- "$__ah_function")"
  builtin mapfile -t -s $((__ah_first - 1)) __ah_lines <"$__ah_path" || return 0
  for ((__ah_index = 0; __ah_index < ${#__ah_lines[@]}; __ah_index++)); do
    if [[ ${__ah_lines[__ah_index]} == '}'* ]]; then break; fi
    if [[ $1 && ${__ah_lines[__ah_index]} == *"$1"* ]]; then
      __ah_fault_functions=("$__ah_function") __ah_fault_files=("$__ah_path") __ah_fault_lines=($((__ah_first + __ah_index)))
    fi
  done
  # If it isn't found: the line before the function's end, or the function's own.
  if ((${#__ah_fault_functions[@]} == 0)); then
    if ((__ah_index > 1)); then __ah_index+=-1; fi
    __ah_fault_functions=("$__ah_function") __ah_fault_files=("$__ah_path") __ah_fault_lines=($((__ah_first + (__ah_index ? __ah_index : 1) - 1)))
  fi
}

# A script ended with its last line, unless a `return` outside of its functions ended it before.
__ah_look_at_last_line() {
  local __ah_line __ah_before='' __ah_last='' __ah_inside=''
  local -i __ah_index __ah_number=0
  for ((__ah_index = 0; __ah_index < ${#__ah_lines[@]}; __ah_index++)); do
    __ah_line=${__ah_lines[__ah_index]}
    if [[ ! $__ah_line =~ ^[[:blank:]]*[^[:blank:]#] ]]; then continue; fi
    if [[ $__ah_line =~ ^(function[[:blank:]]|[^[:blank:]=]+[[:blank:]]*\(\)) ]]; then __ah_inside=1; fi
    if [[ ! $__ah_inside && $__ah_line =~ (^|[^[:alnum:]_])return([^[:alnum:]_]|$) ]]; then return; fi
    if [[ $__ah_line == '}'* || $__ah_line == *'()'*'}' ]]; then __ah_inside=''; fi
    __ah_before=$__ah_last __ah_last=$__ah_line __ah_number=__ah_index+1
  done
  for ((__ah_index = 0; __ah_index < ${#__ah_fault_functions[@]}; __ah_index++)); do
    if [[ ${__ah_fault_files[__ah_index]} == "$__ah_home"/* ]]; then break; fi
  done
  if ((__ah_index--)); then
    # A command that failed earlier with the same status was not the end: the last line is a single
    # line with a list.
    if ((__ah_number <= __ah_fault_lines[__ah_index])) || [[ ${__ah_fault_files[__ah_index]} != "$__ah_file" ]]; then return; fi
    if [[ $__ah_last != *@('&&'|'||')* || $__ah_before == *[\\\|\&\(\{]*([[:blank:]]) ]]; then return; fi
  fi
  if [[ $__ah_last == *@('&&'|'||')* ]]; then __ah_fault[1]=${__ah_last#"${__ah_last%%[![:blank:]]*}"}; fi
  __ah_fault_functions=(source) __ah_fault_files=("$__ah_file") __ah_fault_lines=("$__ah_number")
}
