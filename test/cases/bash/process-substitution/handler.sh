exec > >(sleep 0.1; tee /dev/stderr)
echo through
