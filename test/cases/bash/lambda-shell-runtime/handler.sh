#!/bin/sh

function api_handler () {
    local event="$1"
    local name=$(echo "$event" | jq -r '.queryStringParameters.name // "World"')
    echo "Handling $name" >&2
    echo '{
        "statusCode": 200,
        "body": "Hello, '"$name"'!"
    }'
}
