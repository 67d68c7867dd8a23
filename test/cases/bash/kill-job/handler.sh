sleep 60 &
kill %1
# Not `wait %1`: without job control, bash forgets the number of a job as soon as it sees its end.
wait $!
echo "first $?"
sleep 60 | cat &
kill -s TERM %%
wait
sleep 60 &
builtin kill %+
wait $!
echo "third $?"
