main() { echo "main of ${0##*/}"; }

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then main; fi
