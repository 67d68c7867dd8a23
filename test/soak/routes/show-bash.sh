if [[ $(query fail) == 1 ]]; then exit 3; fi
printf '{"id":"%s"}' "$(param id)"
