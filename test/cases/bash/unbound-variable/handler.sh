set -u
echo "$missing"
