cat >"$TMPDIR/event"
cat "$TMPDIR/event"
