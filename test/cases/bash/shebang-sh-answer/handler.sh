#!/bin/sh
respond 202 'X-Shell: sh'
trap 'echo trapped' EXIT
remaining left
[ "$left" -gt 0 ] && echo "$#"
exit 0
