[[ -d $TMPDIR ]] && echo there
rm -r "$TMPDIR"
