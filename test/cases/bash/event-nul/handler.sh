printf %s "$1" | wc -c
wc -c
