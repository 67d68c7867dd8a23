case $1 in
  1) exec 5>"$TMPDIR/file" 3>&- 2>&- >&- ;;
  2)
    { echo five >&5; } 2>/dev/null || echo 'no descriptor 5'
    echo three >&3
    ;;
esac
