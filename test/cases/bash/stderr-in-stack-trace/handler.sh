seq 30 >&2
exit 3
