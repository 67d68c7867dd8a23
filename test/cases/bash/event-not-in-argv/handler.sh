for file in /proc/[0-9]*/cmdline /proc/[0-9]*/environ; do
  if [[ $(tr '\0' ' ' 2>/dev/null <"$file") == *the-secret-of-the-event* ]]; then echo "$file"; fi
done
echo looked
