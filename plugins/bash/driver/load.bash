# shellcheck shell=bash disable=SC2154,SC1091,SC2016
# Reads the load frame, and prints code for the driver to evaluate. It fails if the handler may have a syntax error.
# Runs in a subshell, which is prepared before the frame arrives.

source "$__ah_home/plain.bash"

if ! { LC_ALL=C read -r -u 230 _ length && LC_ALL=C read -r -N "$length" -u 230 __ah_text; }; then
  printf 'exit 0\n'
  exit
fi
__ah_function='' __ah_strict='' __ah_swapped='' __ah_statuses='' __ah_bash_env='' __ah_folder='' __ah_shebang='' __ah_posix='' __ah_trace='' __ah_program=()
while IFS='' read -r line; do
  value=${line#*=}
  case ${line%%=*} in
    file) __ah_file=$value ;;
    function) __ah_function=$value ;;
    form) __ah_form=$value ;;
    tmp) __ah_folder=$value ;;
    strict) __ah_strict=1 ;;
    answer) __ah_swapped=1 ;;
    shebang) __ah_shebang=$value ;;
    posix) __ah_posix=1 ;;
    trace) __ah_trace=1 ;;
    argument) __ah_argument=1 ;;
    program.*) __ah_program+=("$value") ;;
    status.*) __ah_statuses+=" ${line#status.} " ;;
    bashEnv) __ah_bash_env=$value ;;
    # Defined before the handler's own functions, which may replace them.
    request) printf '%s\n' 'source "$__ah_home/request-names.bash"' ;;
  esac
done <<<"$__ah_text"

# The driver's own functions are no handlers.
if [[ $__ah_function == __ah_* ]]; then __ah_refuse Runtime.HandlerNotFound "the function $__ah_function is not defined in $__ah_file"; fi
__ah_scan_file
script=$__ah_text

if [[ $__ah_form == function || $__ah_bash_env ]]; then
  # Settings while these files are sourced: their failure ends the driver.
  before="$__ah_ended_trap;"
  if [[ ! $__ah_own_err_trap ]]; then before+="set -E;$__ah_err_trap;"; fi
  before+='__ah_shellopts=$SHELLOPTS;__ah_bashopts=$BASHOPTS;'
  if [[ $__ah_form == function ]]; then
    case $__ah_function in
      exit | kill | respond | stream | remaining) before+="unset -f $__ah_function;" ;;
    esac
    # Like sh.
    if [[ $__ah_posix ]]; then before+='shopt -s expand_aliases;'; fi
    before+=${__ah_strict:+$__ah_be_strict}$__ah_shebang${__ah_trace:+set -x}
  fi
  printf '__ah_before=%q\n' "$before"
else
  __ah_put_aside
fi
__ah_print form file function folder bash_env swapped statuses strict shebang posix argument
__ah_print_findings

# A script with a syntax error must not run up to it. This only checks its syntax: nothing is
# executed any more after `set -n`. extglob: a script may turn it on before it uses its patterns.
if [[ $__ah_form == executable ]]; then
  if ((${#__ah_program[@]})); then printf '__ah_program=(%s)\n' "${__ah_program[*]@Q}"; fi
  exit
fi
shopt -s extglob
eval "set -n"$'\n'"$script" 2>/dev/null
