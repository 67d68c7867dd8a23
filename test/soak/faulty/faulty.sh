event=$(cat)
case $event in
  *'"do":"fail"'*) echo "no luck" >&2; exit 3 ;;
  *'"do":"kill"'*) kill -9 $$ ;;
  *'"do":"hang"'*) sleep 1000 & while :; do sleep 0.05; done ;;
  *) printf %s "$event" ;;
esac
