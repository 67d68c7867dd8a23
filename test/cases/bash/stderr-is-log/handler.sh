echo one >&2
printf 'two\nthree without newline' >&2
echo done
