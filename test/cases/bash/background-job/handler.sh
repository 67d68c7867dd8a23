case $1 in
  1)
    sleep 1000 &
    (sleep 1000; echo late) &
    set -m
    (sleep 1000; echo late) &
    echo $! >/tmp/anyhandler-case-background-job
    ;;
  2)
    read -r pid </tmp/anyhandler-case-background-job
    rm /tmp/anyhandler-case-background-job
    # A zombie has ended too.
    [[ $(cat "/proc/$pid/stat" 2>/dev/null) == *") "[^Z]* ]] || echo ended
    ;;
esac
