# shellcheck shell=bash disable=SC1091,SC2154
# `respond` and `stream`: the first call loads them.

builtin source "$__ah_home/json.bash"

# respond [STATUS] [HEADER...]: makes the answer an HTTP response. Later calls add to earlier ones; a header said again
# has both values, if it can have two.
respond() {
  { local - && set +xT; } 2>/dev/null
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
      # JSON allows a key only once, so another value of the same header is sent separately.
      if [[ ${__ah_headers,,} == *,"${__ah_name,,}":* ]]; then
        builtin printf 'head %d {"http":{"headers":{%s}}}\n' "$__ah_number" "${__ah_headers#,}" >"$ANYHANDLER_REPORTS"
        __ah_headers=''
      fi
      __ah_headers+=,$__ah_name:$__ah_value
    fi
    shift
  done
  __ah_http+=${__ah_headers:+",\"headers\":{${__ah_headers#,}}"}${__ah_cookies:+",\"cookies\":[${__ah_cookies#,}]"}
  builtin printf 'head %d {"http":{%s}}\n' "$__ah_number" "${__ah_http#,}" >"$ANYHANDLER_REPORTS"
}

# stream [3]: from now on, output to stdout (or to descriptor 3) is sent at once.
stream() {
  { local - && set +xT; } 2>/dev/null
  case ${1-1} in
    1) builtin printf 'head %d {"stream":"stdout"}\n' "$__ah_number" ;;
    3) builtin printf 'head %d {"stream":"result"}\n' "$__ah_number" ;;
    *)
      builtin printf 'stream: %q is not 1 (standard output) or 3\n' "$1" >&2
      return 2
      ;;
  esac >"$ANYHANDLER_REPORTS"
}
