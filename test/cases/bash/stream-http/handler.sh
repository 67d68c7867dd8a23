respond 200 'Content-Type: text/event-stream'
stream
echo 'data: 1'
