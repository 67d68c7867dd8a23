set -e
x=$(exit 4)
echo "$x"
