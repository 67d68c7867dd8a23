echo one >/dev/stderr
echo two | tee /dev/stderr
