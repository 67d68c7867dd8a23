state=clean

answer() {
  echo "$state $(declare -F helper) $- $(pwd) $(umask) $(ulimit -S -n) [$(trap -p USR1)] $(shopt -q nullglob && echo nullglob) ${LEFT-unset}"
  state=dirty
  helper() { :; }
  set -f -o pipefail
  shopt -s nullglob
  cd /
  umask 777
  ulimit -S -n 20
  trap : USR1
  export LEFT=set
  unset -f answer
}
