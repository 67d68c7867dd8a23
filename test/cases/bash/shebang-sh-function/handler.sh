#!/bin/sh -u
answer() {
  case $SHELLOPTS in *nounset*posix*) echo posix ;; esac
  [ "$1" = 2 ] && exit 2
  stream
  echo streamed
}
