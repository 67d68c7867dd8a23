# shellcheck shell=bash disable=SC2154,SC1091
# Gets the error message for a file that could not be parsed, from a bash that reads it as a script. If that bash
# accepts the file, it is right. Runs in a subshell; the driver evaluates its output.

source "$__ah_home/json.bash"

# After a line that ends the script any bytes may follow, for example an archive.
syntax_error() {
  local line where=999999 number=0
  [[ $1 =~ 'line '([0-9]+)': ' ]] && where=${BASH_REMATCH[1]}
  while ((++number < where)) && IFS='' read -r line; do
    [[ $line =~ ^(exit|exec)([[:space:]\;]|$) ]] && return
  done <"$__ah_file"
  __ah_refuse Runtime.UserCodeSyntaxError "$1"
}

# 2 is the status of a syntax error; other faults show when an event runs.
complaint=$(exec "$BASH" -O extglob -n -- "$__ah_file" 2>&1) || complaint=$(exec "$BASH" -n -- "$__ah_file" 2>&1)
if (($? == 2)); then syntax_error "$complaint"; fi
