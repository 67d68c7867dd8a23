echo debugging
echo '{"ok":true}' >&3
echo "more debugging"
