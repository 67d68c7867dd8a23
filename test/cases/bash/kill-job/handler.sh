sleep 60 &
kill %1
wait %1
echo "first $?"
sleep 60 | cat &
kill -s TERM %%
wait
sleep 60 &
builtin kill %+
wait $!
echo "third $?"
