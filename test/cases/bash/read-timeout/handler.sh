read -r -t 5 first
read -r -t 5 second || echo "end, $second"
echo "$first"
