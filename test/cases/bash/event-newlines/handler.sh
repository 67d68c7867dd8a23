printf '%q ' "$1"
cat | od -An -c | tr -s ' '
