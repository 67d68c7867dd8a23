# The same as functions, sourced once.
echo() { printf %s "$1"; }

fail() {
  set -e
  if [[ $1 == '{"fail":true}' ]]; then false; fi
  cat
}

hang() {
  if [[ $1 == '{"hang":true}' ]]; then while :; do :; done; fi
  cat
}

kill_itself() {
  if [[ $1 == '{"kill":true}' ]]; then kill -9 "$BASHPID"; fi
  cat
}

background() {
  if [[ $1 == '{"background":true}' ]]; then
    setsid sh -c 'sleep 0.2; while echo late; do sleep 0.05; done' &
    printf '{"pid":%d}' "$!"
  else
    cat
  fi
}

bytes() {
  local code
  for ((code = 0; code < 256; code++)); do
    # shellcheck disable=SC2059 # the escapes are the format
    printf "\\x$(printf %x "$code")"
  done
}

debug() {
  printf 'debug output\n' >&2
  printf %s "$1"
}

debug_on_stdout() {
  printf 'debug output\n'
  printf %s "$1" >&3
}

descriptors() {
  local event
  event=$(cat </dev/stdin)
  printf 'stderr by name\n' >/dev/stderr
  printf %s "$event" >/dev/stdout
}

pause() {
  sleep 0.02
  cat
}
