echo "asked for $1"
exit "$1"
