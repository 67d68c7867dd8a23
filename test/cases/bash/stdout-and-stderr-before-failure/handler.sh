echo "half of a page"
echo "on descriptor 3" >&3
echo "the reason" >&2
exit 1
