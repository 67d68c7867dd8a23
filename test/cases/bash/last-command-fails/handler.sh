echo partial
ls /nonexistent 2>/dev/null
