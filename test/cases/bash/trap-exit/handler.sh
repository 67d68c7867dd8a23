trap 'echo "cleaned up, status $?"' EXIT
echo working
