# shellcheck shell=bash disable=SC2154 # the parts share their variables
# What handlers find beside bash's own commands. A handler that defines a function of the same name has its own.

# respond [STATUS] [HEADER...]: makes the answer an HTTP response. Later calls add to earlier ones; a header said again replaces the first.
respond() {
  local LC_ALL=C __ah_http='' __ah_headers='' __ah_cookies='' __ah_name __ah_value
  if [[ ${1-} =~ ^[1-5][0-9][0-9]$ ]]; then
    __ah_http="\"statusCode\":$1"
    shift
  fi
  while (($#)); do
    if [[ ! $1 =~ ^([-A-Za-z0-9!#\$%\&\'*+.^_\`|~]+):[[:blank:]]*(.*)$ || $1 == *[[:cntrl:]]* ]]; then
      builtin printf 'respond: %q is neither a status (as the first argument) nor a header such as "Content-Type: text/plain"\n' "$1" >&2
      return 2
    fi
    __ah_quote __ah_name "${BASH_REMATCH[1]}"
    __ah_quote __ah_value "${BASH_REMATCH[2]}"
    if [[ ${__ah_name,,} == '"set-cookie"' ]]; then
      __ah_cookies+=,$__ah_value
    else
      __ah_headers+=,$__ah_name:$__ah_value
    fi
    shift
  done
  __ah_http+=${__ah_headers:+",\"headers\":{${__ah_headers#,}}"}${__ah_cookies:+",\"cookies\":[${__ah_cookies#,}]"}
  builtin printf 'head {"http":{%s}}\n' "${__ah_http#,}" >"$ANYHANDLER_REPORTS"
}

# stream [3]: from now on what is written to stdout (or to descriptor 3) goes out as it is written.
stream() {
  case ${1-1} in
    1) builtin printf 'head {"stream":"stdout"}\n' ;;
    3) builtin printf 'head {"stream":"result"}\n' ;;
    *)
      builtin printf 'stream: %q is not 1 (standard output) or 3\n' "$1" >&2
      return 2
      ;;
  esac >"$ANYHANDLER_REPORTS"
}

# remaining [VARIABLE]: prints the milliseconds to the deadline, or puts them into a variable, which needs no subshell.
remaining() {
  local __ah_now=${EPOCHREALTIME//[!0-9]/}
  local -i __ah_left='AWS_LAMBDA_DEADLINE_MS - __ah_now / 1000'
  if ((__ah_left < 0)); then __ah_left=0; fi
  if (($#)); then
    builtin printf -v "$1" %d "$__ah_left"
  else
    builtin printf '%d\n' "$__ah_left"
  fi
}

# `exit`, which knows where it stands.
exit() {
  local __ah_status=$?
  if [[ $BASH_SUBSHELL == 0 && ${1-$__ah_status} =~ ^[0-9]+$ ]]; then
    __ah_status=$((${1-$__ah_status} & 255))
    if ((__ah_status)); then
      if (($#)); then __ah_at_exit "exit $1"; else __ah_note_end "$__ah_status"; fi
    elif [[ ${__ah_running-} ]]; then
      { __ah_report_done; } 2>&-
    fi
  fi
  if (($#)); then builtin exit "$@"; else builtin exit "$__ah_status"; fi
}

__ah_at_exit() {
  __ah_fault=("$__ah_status" "$1")
  __ah_fault_functions=("${FUNCNAME[@]:2}")
  __ah_fault_files=("${BASH_SOURCE[@]:2}")
  __ah_fault_lines=("${BASH_LINENO[@]:1}")
  __ah_note
}

# `kill`, for which `$$` is the process of the event, as in a script that runs alone: the real one is the driver.
kill() {
  local __ah_argument
  local -a __ah_arguments=()
  for __ah_argument; do
    case $__ah_argument in
      "$$" | "-$$") __ah_argument=${__ah_argument/$$/${__ah_process-$$}} ;;
    esac
    __ah_arguments+=("$__ah_argument")
  done
  builtin kill "${__ah_arguments[@]}"
}
