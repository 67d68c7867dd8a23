# Greets the person that the event names. The event is in $1, and standard output is the answer.
name=$(sed -n 's/.*"name" *: *"\([^"]*\)".*/\1/p' <<<"$1")
echo "greeting ${name:-you}" >&2 # standard error is the log
printf '{"message":"Hello %s"}\n' "${name:-you}"
