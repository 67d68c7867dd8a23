IFS= read -r first
while IFS= read -r line || [[ $line ]]; do
  rest+="[$line]"
done
IFS= read -r -d '' all <<<"$1" || :
echo "$first $rest ${#all}"
