trap 'echo "line $LINENO" >&2' ERR
f() {
  false
  true
}
f
false
echo end
