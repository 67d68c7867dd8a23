# shellcheck shell=bash disable=SC2154,SC1091
# After a file of functions (or BASH_ENV) was sourced, in a subshell: finds what it set up for the shell as a whole, prints what puts that aside in the
# driver, and what restores it in each event's process. __ah_traps has the traps; __ah_shellopts and __ah_bashopts the options that were on before, __ah_user_… those of now.

set +aefkuvxCT
set +o posix
source "$__ah_home/json.bash"
source "$__ah_home/plain.bash"

# $1: set or shopt; $2: the options that were on before, $3: those that are on now.
__ah_put_aside_options() {
  local on=-s off=-u option
  if [[ $1 == set ]]; then on=-o off=+o; fi
  for option in ${3//:/ }; do
    [[ :$2: == *":$option:"* ]] && continue
    __ah_restore+="$1 $on $option;"
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
    # One of a library's, of which the file itself says nothing.
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

__ah_print_functions() {
  local name
  while IFS='' read -r name; do
    case $name in
      exit | kill | respond | stream | remaining | __ah_*) ;;
      *) declare -f -- "$name" ;;
    esac
  done <<<"$(compgen -A function)"
}

if [[ ! -v IFS ]]; then
  __ah_restore+='unset -v IFS;'
elif [[ $IFS != $' \t\n' ]]; then
  __ah_restore+="IFS=${IFS@Q};"
fi
IFS=$' \t\n'
if [[ $__ah_form == function ]] && ! declare -F -- "$__ah_function" >/dev/null; then
  __ah_refuse Runtime.HandlerNotFound "the function $__ah_function is not defined in $__ah_file"
fi
__ah_scan_file
__ah_scan "$(__ah_print_functions)"
builtin printf 'IFS=%q\n' "$IFS"
__ah_put_aside_options set "$__ah_shellopts" "$__ah_user_shellopts"
__ah_put_aside_options shopt "$__ah_bashopts" "$__ah_user_bashopts"
__ah_put_aside_traps
__ah_put_aside
__ah_print_findings
