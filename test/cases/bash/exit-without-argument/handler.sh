grep -q x /dev/null || exit
