read -r -N 10 start
echo "$start"
