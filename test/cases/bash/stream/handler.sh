stream
for n in 1 2 3; do
  echo "line $n"
  # The file holds the parts that the client has.
  until grep -qx "line $n" "$SEEN"; do sleep 0.01; done
done
