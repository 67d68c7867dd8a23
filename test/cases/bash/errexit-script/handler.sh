set -e
false
echo x | tee /dev/stderr
