respond 404 'Content-Type: text/plain' 'X-Reason: it is "gone"'
echo 'no such thing'
