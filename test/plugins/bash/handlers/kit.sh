# Handlers of the conformance kit, as a script: run from top to bottom for each event.
event=$1
case $event in
  '{"fail":true}' | '{"exit":true}') exit 3 ;;
  '{"hang":true}') sleep 1000 ;;
  '{"kill":true}') kill -KILL $$ ;;
  '{"background":true}')
    setsid sh -c 'sleep 0.2; while echo late; do sleep 0.05; done' &
    echo "{\"pid\":$!}"
    exit
    ;;
esac
printf %s "$event"
