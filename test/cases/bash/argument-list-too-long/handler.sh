/bin/echo "$1"
