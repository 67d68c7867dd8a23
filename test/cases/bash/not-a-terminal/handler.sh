[ -t 0 ] || [ -t 1 ] || [ -t 2 ] || echo none
[ -p /dev/stdin ] && [ -p /dev/stdout ] && [ -p /dev/stderr ] && echo pipes
