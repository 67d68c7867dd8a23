main() { echo "this must not run" >&2; }

answer() { echo "$0"; }

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then main; fi
