if [[ $1 == 1 ]]; then
  (while :; do echo late; done) &
  setsid sh -c 'while :; do echo late; done' &
  nohup sh -c 'while :; do echo late; done' &
  sleep 0.1
  exec >&-
else
  echo "$1"
fi
