# shellcheck shell=bash disable=SC2154,SC1091,SC2016
# Reads the load frame, which is in __ah_text, sees whether the handler can be parsed, and prints what the driver then evaluates. Runs in a subshell.

source "$__ah_home/json.bash"
source "$__ah_home/plain.bash"

__ah_function='' __ah_strict='' __ah_swapped='' __ah_statuses='' __ah_bash_env='' __ah_folder=''
while IFS='' read -r line; do
  value=${line#*=}
  case ${line%%=*} in
    file) __ah_file=$value ;;
    function) __ah_function=$value ;;
    form) __ah_form=$value ;;
    tmp) __ah_folder=$value ;;
    strict) __ah_strict=1 ;;
    answer) __ah_swapped=1 ;;
    status.*) __ah_statuses+=" ${line#status.} " ;;
    bashEnv) __ah_bash_env=$value ;;
  esac
done <<<"$__ah_text"

# A script with a syntax error must not run up to it. extglob: a script may turn it on before it uses its patterns. Another bash is only asked, which takes
# longer, for what this one's parser does not like. 2 is the status of a syntax error; whatever else may be wrong is for the event to say.
check_syntax() {
  local complaint
  (shopt -s extglob && eval "set -n"$'\n'"$__ah_text") 2>/dev/null && return
  complaint=$(exec "$BASH" -O extglob -n -- "$__ah_file" 2>&1) || complaint=$(exec "$BASH" -n -- "$__ah_file" 2>&1)
  if (($? == 2)); then syntax_error "$complaint"; fi
}

# Behind a line that ends the script anything may follow: an archive, for instance.
syntax_error() {
  local line where=999999 number=0
  [[ $1 =~ 'line '([0-9]+)': ' ]] && where=${BASH_REMATCH[1]}
  while ((++number < where)) && IFS='' read -r line; do
    [[ $line =~ ^(exit|exec)([[:space:]\;]|$) ]] && return
  done <"$__ah_file"
  __ah_refuse Runtime.UserCodeSyntaxError "$1"
}

__ah_scan_file
if [[ $__ah_form != executable ]]; then check_syntax; fi

if [[ $__ah_form == function || $__ah_bash_env ]]; then
  # What holds while these files are sourced: their failure is the driver's end.
  before="$__ah_ended_trap;"
  if [[ ! $__ah_own_err_trap ]]; then before+="set -E;$__ah_err_trap;"; fi
  before+='__ah_shellopts=$SHELLOPTS;__ah_bashopts=$BASHOPTS;'
  if [[ $__ah_strict && $__ah_form == function ]]; then before+=$__ah_be_strict; fi
  printf '__ah_before=%q\n' "$before"
else
  __ah_put_aside
fi
for name in form file function folder bash_env swapped statuses strict; do
  name=__ah_$name
  printf '%s=%q\n' "$name" "${!name}"
done
__ah_print_findings
