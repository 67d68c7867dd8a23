trap 'echo got it' TERM
kill -TERM $$
echo on
