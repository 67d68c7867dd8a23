handler () {
    set -e
    EVENT_DATA=$1
    echo "Request $AWS_LAMBDA_REQUEST_ID"
    RESPONSE=$(echo $EVENT_DATA | jq .name)
    echo "{\"hello\": $RESPONSE}" >&2
}
