stream
for n in 1 2 3; do
  echo "line $n"
  sleep 0.2
done
