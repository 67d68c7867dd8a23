false
echo on
