# shellcheck shell=bash disable=SC2154 # the parts share their variables
# Sourcing a file of functions: it runs once, in the driver itself. What it sets up there is put aside, and set up again in each event's process.

# A file of functions runs once, now, and before it what BASH_ENV names. Its output is log.
__ah_before_source() {
  exec 1>&"$__ah_stderr" 2>&"$__ah_stderr"
  trap '__ah_load_ended "$?"' EXIT
  BASH_ARGV0=bash
  set --
  __ah_shellopts=$SHELLOPTS __ah_bashopts=$BASHOPTS __ah_functions=$(compgen -A function)
  if [[ ! ${__ah_own_err_trap-} ]]; then __ah_trap_err; fi
  if [[ ${__ah_strict-} ]]; then __ah_be_strict; fi
}

# The file ended the shell.
__ah_load_ended() {
  set +eux
  exec 2>/dev/null
  local fault message stack
  __ah_read_note fault
  stack=${fault##*\"stack\":}
  message="${__ah_file##*/} ended with exit status $1 while it was loaded"
  __ah_refuse Function.ExitStatus "$message" "${stack%\}}"
}

# $1: all traps. Puts aside what the file has set, so that the driver's own code runs as it was written.
__ah_after_source() {
  local shellopts=$SHELLOPTS bashopts=$BASHOPTS
  set +aefkuvxCT
  set +o posix
  if [[ ! -v IFS ]]; then
    __ah_restore+='unset -v IFS;'
  elif [[ $IFS != $' \t\n' ]]; then
    __ah_restore+="IFS=${IFS@Q};"
  fi
  IFS=$' \t\n'
  __ah_put_aside_options set "$__ah_shellopts" "$shellopts"
  __ah_put_aside_options shopt "$__ah_bashopts" "$bashopts"
  __ah_put_aside_traps "$1"
  __ah_put_aside
  __ah_scan "$(__ah_print_new_functions)"
  exec 1>/dev/null 2>/dev/null
  if [[ $__ah_form == function ]] && ! declare -F -- "$__ah_function" >/dev/null; then
    __ah_refuse Runtime.HandlerNotFound "the function $__ah_function is not defined in $__ah_file"
  fi
}

__ah_print_new_functions() {
  local name
  while IFS='' read -r name; do
    case $'\n'$__ah_functions$'\n' in
      *$'\n'"$name"$'\n'*) ;;
      *) declare -f -- "$name" ;;
    esac
  done <<<"$(compgen -A function)"
}

# $1: set or shopt; $2: the options that were on before, $3: those that are on now. The driver goes on with those from before.
__ah_put_aside_options() {
  local on=-s off=-u option
  if [[ $1 == set ]]; then on=-o off=+o; fi
  for option in ${3//:/ }; do
    [[ :$2: == *":$option:"* ]] && continue
    # Ours: the trap on ERR has it on.
    [[ $option == errtrace && ! ${__ah_own_err_trap-} ]] && continue
    __ah_restore+="$1 $on $option;"
    "$1" "$off" "$option"
  done
  for option in ${2//:/ }; do
    [[ :$3: == *":$option:"* ]] && continue
    __ah_restore+="$1 $off $option;"
    "$1" "$on" "$option"
  done
}

# Traps are not inherited by the processes of events: each sets them again.
__ah_put_aside_traps() {
  local traps=$1 ours
  ours="trap -- '__ah_load_ended \"\$?\"' EXIT"
  traps=${traps//"$ours"/}
  if [[ ! ${__ah_own_err_trap-} ]]; then
    traps=${traps//"$__ah_err_trap"/}
    [[ $traps == *' ERR'* ]] && __ah_own_err_trap=1
  fi
  [[ $traps == *[![:space:]]* ]] || return
  __ah_restore+=$traps$'\n'
  local signal
  while IFS='' read -r signal; do
    [[ $signal =~ ' '(SIG[A-Z0-9+-]+)$ ]] && trap - "${BASH_REMATCH[1]}"
  done <<<"$traps"
}

__ah_be_strict() {
  set -euo pipefail
  shopt -s inherit_errexit
}
