# shellcheck shell=bash disable=SC2154,SC1091
# The request in words: for handlers whose file has one of them. A handler's own function of such a name wins, and so
# does a program on the PATH.

for __ah_text in method path param query header cookie body field; do
  builtin type -P "$__ah_text" >/dev/null || builtin eval "$__ah_text() { __ah_request $__ah_text \"\$@\"; }"
done

__ah_request() {
  builtin source "$__ah_home/request.bash"
  __ah_request "$@"
}
