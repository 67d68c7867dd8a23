seq 7
echo "service not given"
exit 1
