# shellcheck shell=bash
# Frames on the control descriptor, and JSON.

# __ah_send KIND PAYLOAD
__ah_send() {
  local LC_ALL=C
  builtin printf '%s %d\n%s' "$1" "${#2}" "$2" >&231
}

# For the subshell of a load: $1 the type, $2 the message of the failed load. The driver evaluates
# the output.
__ah_refuse() {
  local type message
  __ah_quote type "$1"
  __ah_quote message "$2"
  __ah_send failed "{\"errorType\":$type,\"errorMessage\":$message}"
  builtin printf '%s\n' 'trap - EXIT; builtin exit 1'
  builtin exit
}

# Puts the text $2 as a JSON string into the variable $1. Bytes that are not UTF-8 stay unchanged.
__ah_quote() {
  local __ah_raw=$2 LC_ALL=C __ah_char __ah_code
  __ah_raw=${__ah_raw//\\/\\\\}
  __ah_raw=${__ah_raw//\"/\\\"}
  __ah_raw=${__ah_raw//$'\n'/\\n}
  __ah_raw=${__ah_raw//$'\t'/\\t}
  while [[ $__ah_raw == *[[:cntrl:]]* ]]; do
    __ah_char=${__ah_raw#"${__ah_raw%%[[:cntrl:]]*}"}
    __ah_char=${__ah_char:0:1}
    builtin printf -v __ah_code '\\u%04x' "'$__ah_char"
    __ah_raw=${__ah_raw//"$__ah_char"/"$__ah_code"}
  done
  builtin printf -v "$1" '"%s"' "$__ah_raw"
}
