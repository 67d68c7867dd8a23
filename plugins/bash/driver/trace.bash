# shellcheck shell=bash disable=SC2154
# `set -x` for a handler that has it from its first line on: it is turned on behind the driver's own command that begins
# the handler.

__ah_begin=${__ah_function:-$__ah_file} __ah_text=$(builtin trap -p DEBUG)
if [[ $- != *T* ]]; then __ah_text+=$'\nbuiltin set +T'; fi
builtin trap 'if [[ ${FUNCNAME[0]-} == "$__ah_begin" || ${BASH_SOURCE[0]-} == "$__ah_begin" ]]; then
  builtin trap - DEBUG
  builtin eval "$__ah_text"
  { builtin set -x; } 2>&-
fi' DEBUG
builtin set -T
