#!/bin/sh
# Brings the packages of package.json into .cache/compat-javascript, which git ignores; with the word `suite`, only the
# few that the whole test suite runs with. A second run finds everything there.
set -eu
cd "$(dirname "$0")/../../.."
folder=$PWD/.cache/compat-javascript
list=$PWD/test/compat/javascript/package.json
wanted="${1-all} $(cksum <"$list")"
have=$(cat "$folder/.stamp" 2>/dev/null || :)
if [ "$have" = "$wanted" ] || [ "$have" = "all $(cksum <"$list")" ]; then
  exit
fi
echo "fetching packages of JavaScript (${1-all})" >&2
rm -rf "$folder"
mkdir -p "$folder"
if [ "${1-all}" = suite ]; then
  { echo '{ "private": true, "dependencies": {' && grep -E '"(@middy/|hono")' "$list" | sed '$ s/,$//' && echo '} }'; } >"$folder/package.json"
else
  cp "$list" "$folder/package.json"
fi
(cd "$folder" && npm install --silent --no-audit --no-fund --ignore-scripts --no-package-lock)
printf '%s\n' "$wanted" >"$folder/.stamp"
