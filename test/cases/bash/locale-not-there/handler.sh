echo "$LANG ${LC_CTYPE-unset}"
