# shellcheck shell=bash disable=SC2154,SC1090,SC2034
# The functions that read the request; their first call loads this file. The host parses the event only for such a call.

# __ah_request method|path|body [VARIABLE], __ah_request param|query|header|cookie|field NAME [VARIABLE]: prints the
# value with a newline, if there is one, or puts it into the variable. A body is printed unchanged.
__ah_request() {
  { local - && set +xeuT; } 2>/dev/null
  local __ah_part=$1 __ah_key=$1 __ah_value='' __ah_found=1 IFS=''
  shift
  case $__ah_part in
    method | path | body) ;;
    *)
      if (($# == 0)); then
        builtin printf '%s: which one? Give a name, such as %s limit\n' "$__ah_part" "$__ah_part" >&2
        return 2
      fi
      __ah_key=$1
      if [[ $__ah_part == header ]]; then __ah_key=${__ah_key,,}; fi
      if [[ $__ah_part != field ]]; then __ah_key=$__ah_part:$__ah_key; fi
      shift
      ;;
  esac
  # No command here may fail, because a trap on ERR would see it.
  case $__ah_part in
    body) if __ah_body "$@"; then return 0; else return 2; fi ;;
    field) if __ah_known fields; then __ah_of_fields "$__ah_key"; else return 2; fi ;;
    *) if __ah_known request; then __ah_of_request "$__ah_key"; else return 2; fi ;;
  esac
  if (($#)); then
    builtin printf -v "$1" %s "$__ah_value"
  elif [[ $__ah_found ]]; then
    builtin printf '%s\n' "$__ah_value"
  fi
}

# Gets the host's data about the request; a subshell asks again.
__ah_known() {
  if builtin declare -F "__ah_of_$1" >/dev/null; then return 0; fi
  local __ah_path
  __ah_ask "$1" || return 2
  builtin source "$__ah_path"
}

# $1: a variable, if the body must not be printed.
__ah_body() {
  local __ah_path
  __ah_known request || return 2
  __ah_ask body || return 2
  if (($# == 0)) && [[ ${__ah_binary-} ]]; then
    command cat <"$__ah_path"
    return
  fi
  LC_ALL=C builtin read -r -N 1000000000 __ah_value <"$__ah_path"
  if (($#)); then builtin printf -v "$1" %s "$__ah_value"; else builtin printf %s "$__ah_value"; fi
}

# Puts the path of the host's file into __ah_path.
__ah_ask() {
  local __ah_pipe __ah_end
  if [[ ! ${__ah_running-} ]]; then
    builtin printf '%s: there is no event yet\n' "$__ah_part" >&2
    return 2
  fi
  # Such a short here-string is a pipe. Its other end is held open, so that the read waits for the
  # host's answer.
  builtin exec {__ah_pipe}<<<'' && builtin exec {__ah_end}>"/proc/$BASHPID/fd/$__ah_pipe"
  builtin read -r -u "$__ah_pipe" __ah_path
  builtin printf 'ask %d {"what":"%s","pipe":"/proc/%d/fd/%d"}\n' "$__ah_number" "$1" "$BASHPID" "$__ah_pipe" >"$ANYHANDLER_REPORTS"
  builtin read -r -t 10 -u "$__ah_pipe" __ah_path
  builtin exec {__ah_pipe}<&- {__ah_end}>&-
  if [[ $__ah_path ]]; then return 0; fi
  builtin printf '%s: the host has no answer\n' "$__ah_part" >&2
  return 2
}
