# shellcheck shell=bash disable=SC2154 # the parts share their variables
# Frames to and from the host, and JSON.

# Reads a frame into __ah_kind and __ah_payload; fails at the end of the descriptor. The locale must be C: lengths are bytes.
__ah_read_frame() {
  local length
  IFS=' ' read -r -u "$__ah_in" __ah_kind length || return
  IFS='' read -r -N "$length" -u "$__ah_in" __ah_payload
}

# __ah_send KIND PAYLOAD, on the control descriptor: until the handler is loaded.
__ah_send() {
  local LC_ALL=C
  printf '%s %d\n%s' "$1" "${#2}" "$2" >&"$__ah_out"
}

# Puts the text $2 as a JSON string into the variable $1. Bytes that are no UTF-8 stay as they are.
__ah_quote() {
  local __ah_text=$2 LC_ALL=C __ah_char __ah_code
  __ah_text=${__ah_text//\\/\\\\}
  __ah_text=${__ah_text//\"/\\\"}
  __ah_text=${__ah_text//$'\n'/\\n}
  __ah_text=${__ah_text//$'\t'/\\t}
  while [[ $__ah_text == *[[:cntrl:]]* ]]; do
    __ah_char=${__ah_text#"${__ah_text%%[[:cntrl:]]*}"}
    __ah_char=${__ah_char:0:1}
    printf -v __ah_code '\\u%04x' "'$__ah_char"
    __ah_text=${__ah_text//"$__ah_char"/"$__ah_code"}
  done
  printf -v "$1" '"%s"' "$__ah_text"
}
