echo "$- $BASH_SUBSHELL $(trap -p EXIT)"
