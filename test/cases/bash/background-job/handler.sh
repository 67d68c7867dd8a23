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
    kill -0 "$pid" 2>/dev/null || echo ended
    ;;
esac
