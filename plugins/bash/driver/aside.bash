# shellcheck shell=bash disable=SC2154,SC1091
# Runs in a subshell after a file of functions (or BASH_ENV) was sourced. It finds the settings that the file made for
# the whole shell. It prints code that resets them in the driver, and code that restores them in each event's process.
# The file `traps` has the traps. __ah_shellopts and __ah_bashopts are the options from before the file, __ah_user_… the
# present ones.

set +aefkuvxT
set +o posix
trap - DEBUG ERR RETURN

# The declarations of the files, without the driver's own functions. They go through files, because
# another subshell would take several times as long.
declare -F >"$__ah_folder/functions"
while IFS=' ' read -r _ _ __ah_text; do
  case $__ah_text in
    exit | kill | respond | stream | remaining | __ah_*) unset -f "$__ah_text" ;;
  esac
done <"$__ah_folder/functions"
if declare -f >"$__ah_folder/functions"; then
  IFS='' read -r -N 10000000 __ah_functions <"$__ah_folder/functions"
else
  __ah_functions=$(declare -f)
fi
if [[ ! ${__ah_traps-} ]]; then IFS='' read -r -N 10000000 __ah_traps <"$__ah_folder/traps"; fi

source "$__ah_home/plain.bash"

# $1: set or shopt; $2: the options that were on before, $3: those that are on now.
__ah_put_aside_options() {
  local on=-s off=-u option
  if [[ $1 == set ]]; then on=-o off=+o; fi
  for option in ${3//:/ }; do
    [[ :$2: == *":$option:"* ]] && continue
    if [[ $option == xtrace ]]; then __ah_trace=1; else __ah_restore+="$1 $on $option;"; fi
    builtin printf '%s\n' "$1 $off $option"
  done
  for option in ${2//:/ }; do
    [[ :$3: == *":$option:"* ]] && continue
    __ah_restore+="$1 $off $option;"
    builtin printf '%s\n' "$1 $on $option"
  done
}

# Traps are not inherited by the processes of events: each sets them again.
__ah_put_aside_traps() {
  local traps=${__ah_traps//"$__ah_ended_trap"/} line
  traps=${traps//"$__ah_err_trap"/}
  if [[ $traps == *' ERR'* && ! $__ah_own_err_trap ]]; then
    # A trap that a library sets, although the file itself doesn't mention one.
    __ah_own_err_trap=1
    __ah_restore+='set +E;'
  fi
  if [[ $traps != *[![:space:]]* ]]; then return; fi
  __ah_simple=''
  __ah_restore+=$traps$'\n'
  while IFS='' read -r line; do
    [[ $line =~ ' '(SIG[A-Z0-9+-]+)$ ]] && builtin printf '%s\n' "trap - ${BASH_REMATCH[1]}"
  done <<<"$traps"
}

if [[ ! -v IFS ]]; then
  __ah_restore+='unset -v IFS;'
elif [[ $IFS != $' \t\n' ]]; then
  __ah_restore+="IFS=${IFS@Q};"
fi
IFS=$' \t\n'
if [[ $__ah_form == function ]] && ! declare -F -- "$__ah_function" >/dev/null; then
  __ah_text=''
  while IFS=' ' read -r _ _ name; do
    if [[ $name != __ah_* ]]; then __ah_text+="${__ah_text:+, }$name"; fi
  done < <(declare -F)
  if ((${#__ah_text} > 1000)); then __ah_text=${__ah_text:0:1000}…; fi
  __ah_refuse Runtime.HandlerNotFound "the function $__ah_function is not defined in $__ah_file, which has ${__ah_text:+the functions }${__ah_text:-no functions}"
fi
__ah_scan_file
__ah_scan "$__ah_functions"
builtin printf 'IFS=%q\n' "$IFS"
__ah_put_aside_options set "$__ah_shellopts" "$__ah_user_shellopts"
__ah_put_aside_options shopt "$__ah_bashopts" "$__ah_user_bashopts"
__ah_put_aside_traps
__ah_put_aside
__ah_print_findings
