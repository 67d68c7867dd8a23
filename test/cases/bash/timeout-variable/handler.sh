echo "$TMOUT $GLOBIGNORE"
sleep 1.1
