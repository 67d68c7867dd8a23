jq -j tojson
