echo "waiting for the service"
sleep 60
