printf %s "$1"
