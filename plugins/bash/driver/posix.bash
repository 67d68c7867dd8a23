# shellcheck shell=bash
# For scripts of sh. `exit` is one of POSIX's special builtins, which are found before functions: so an alias leads to
# the driver's own.

eval "__ah_$(declare -f exit)"
alias exit=__ah_exit
