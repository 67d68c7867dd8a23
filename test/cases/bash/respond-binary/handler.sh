respond 200 'Content-Type: image/png'
printf '\211PNG\0'
