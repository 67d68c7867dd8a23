# shellcheck shell=bash disable=SC2034,SC2154,SC1091
# Keeps the settings that the driver's own process needs, although the function's environment and files may set others.
# Runs in subshells, which print code. The driver evaluates one part at once. With the other part, __ah_restore, each
# event's process restores the settings of the function.

__ah_restore='' __ah_own_err_trap='' __ah_patient='' __ah_late='' __ah_simple=175
__ah_be_strict='set -euo pipefail; shopt -s inherit_errexit;'
# The traps that are set while a file is sourced, in the format of `trap -p`.
# shellcheck disable=SC2016
__ah_ended_trap='trap -- '\''source "$__ah_home/ended.bash"'\'' EXIT' __ah_err_trap='trap -- '\''{ __ah_failed "$?" "$BASH_COMMAND" "$LINENO" "$_"; } 2>/dev/null'\'' ERR'

__ah_refuse() {
  source "$__ah_home/json.bash"
  __ah_refuse "$@"
}

# Checks the code that will run.
__ah_scan() {
  # The script's own trap on ERR wins, and works as without the driver's trap.
  if [[ $1 =~ trap[^$'\n']*ERR ]]; then __ah_own_err_trap=1; fi
  # Process substitutions in a script's output end a little later than the script.
  if [[ $1 == *'>('* ]]; then __ah_patient=1; fi
  # The script may end the driver or its event's process by a signal: then the driver reports, after
  # that process's end.
  if [[ $1 == *kill* ]]; then __ah_late=1 __ah_simple=''; fi
  # Without any of these words there can be no trap on EXIT, and no program that replaces the
  # event's process: a signal alone reports success.
  if [[ $1 =~ trap|source|eval|exec|enable|(^|[[:space:]\;\&\|\(\{])\.[[:space:]] ]]; then __ah_simple=''; fi
}

__ah_scan_file() {
  __ah_text=''
  if [[ $__ah_form != executable ]]; then
    IFS='' read -r -N 10000000 __ah_text <"$__ah_file"
    __ah_scan "$__ah_text"
  fi
  if [[ $__ah_form == executable || $__ah_bash_env ]]; then __ah_simple=''; fi
}

# Prints the settings of the driver: no time limit for `read`.
__ah_put_aside() {
  if [[ -v TMOUT ]]; then
    if [[ ${TMOUT@a} == *x* ]]; then __ah_restore+='export '; fi
    __ah_restore+="TMOUT=${TMOUT@Q};"
    builtin printf '%s\n' 'unset -v TMOUT'
  fi
}

# Prints variables without the prefix __ah_, as code that sets them, in one write.
__ah_print() {
  local name
  local -a pairs=()
  for name; do
    name=__ah_$name
    pairs+=("$name" "${!name}")
  done
  builtin printf '%s=%q\n' "${pairs[@]}"
}

__ah_print_findings() {
  if [[ $__ah_form == script ]]; then
    __ah_restore+=${__ah_strict:+$__ah_be_strict}$__ah_shebang
  fi
  # bash-lambda-layer has the answer on standard error and the log on standard output.
  if [[ $__ah_swapped ]]; then __ah_restore="exec 239>&1 1>&2 2>&239 239>&-;$__ah_restore"; fi
  if [[ $__ah_posix ]]; then __ah_restore+='set -o posix;'; fi
  # shellcheck disable=SC2016
  if [[ $__ah_trace ]]; then __ah_restore+='builtin source "$__ah_home/trace.bash";'; fi
  __ah_print restore own_err_trap patient late simple
}
