ls -A "$TMPDIR"
stat -c %a "$TMPDIR"
file=$(mktemp)
[[ $file == "$TMPDIR"/* ]] && echo inside
mkdir -p "$TMPDIR/.hidden/deep"
chmod 500 "$TMPDIR/.hidden"
echo data >"$TMPDIR/data"
