#!/bin/sh
# Brings AWS's own client for Node into .cache, which git ignores, without its native part, which the tests put another
# in the place of. A second run finds everything there and costs nothing.
set -eu
cd "$(dirname "$0")/../.."
wanted=aws-lambda-ric@4.0.2
folder=$PWD/.cache/aws-lambda-ric
if [ "$(cat "$folder/.stamp" 2>/dev/null)" = "$wanted" ]; then
  exit
fi
echo "fetching $wanted" >&2
rm -rf "$folder"
mkdir -p "$folder"
(cd "$folder" && npm pack --silent --ignore-scripts "$wanted" >/dev/null)
tar -xzf "$folder"/aws-lambda-ric-*.tgz -C "$folder" package/index.mjs package/package.json package/LICENSE
rm "$folder"/aws-lambda-ric-*.tgz
: >"$folder/package/rapid-client.node"
printf '%s\n' "$wanted" >"$folder/.stamp"
