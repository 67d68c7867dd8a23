false a b
echo "$? $_"
false | true | sh -c 'exit 3'
echo "${PIPESTATUS[*]}"
