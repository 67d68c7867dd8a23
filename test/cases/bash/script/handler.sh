echo "$# arguments, the first is $1"
echo "on standard input: $(cat)"
