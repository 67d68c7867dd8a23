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

exit_itself() {
  if [[ $1 == '{"exit":true}' ]]; then exit 3; fi
  cat
}

context() {
  printf '{"requestId":"%s","deadlineMs":%d,"functionArn":"%s","traceId":"%s"}' \
    "$AWS_LAMBDA_REQUEST_ID" "$AWS_LAMBDA_DEADLINE_MS" "$AWS_LAMBDA_FUNCTION_ARN" "${_X_AMZN_TRACE_ID-}"
}

stream_parts() {
  local number
  case $1 in
    '{"stream":true}')
      stream
      for number in 1 2 3 4 5; do
        ((number == 1)) || sleep 0.1
        printf 'part %d\n' "$number"
      done
      ;;
    '{"break":true}')
      stream
      printf 'part 1\n'
      sleep 0.1
      return 1
      ;;
    *) cat ;;
  esac
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
