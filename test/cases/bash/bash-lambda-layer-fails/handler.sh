handler () {
    set -e
    echo working
    cat /nonexistent
    echo "{}" >&2
}
