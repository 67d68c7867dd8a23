kill -TERM $$
echo x >&2
sleep 1
