case $1 in
  1)
    sleep 1000 &
    (sleep 1000; echo late) &
    set -m
    (sleep 1000; echo late) &
    # The number of the host makes the name another one in each run.
    echo $! >"/tmp/anyhandler-case-background-job-$PPID"
    ;;
  2)
    read -r pid <"/tmp/anyhandler-case-background-job-$PPID"
    rm "/tmp/anyhandler-case-background-job-$PPID"
    # A zombie has ended too.
    [[ $(cat "/proc/$pid/stat" 2>/dev/null) == *") "[^Z]* ]] || echo ended
    ;;
esac
