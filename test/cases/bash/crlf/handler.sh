set -e
false
echo fine
