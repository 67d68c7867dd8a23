#!/bin/sh -e
trap 'echo trapped' EXIT
case $SHELLOPTS in *posix*) echo posix ;; esac
alias say=echo
say alias
respond 202 'X-Shell: sh'
false
echo "must not be answered"
