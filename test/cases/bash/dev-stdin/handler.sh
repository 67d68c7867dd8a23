head -c 3 </dev/stdin
echo
cat /dev/fd/0
