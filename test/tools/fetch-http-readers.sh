#!/bin/sh
# Brings what reads HTTP answers in the place of AWS's front doors, into .cache/http-readers, which git ignores:
# Architect's sandbox, and a Go program that decodes answers into the types of aws-lambda-go. A third reader, SAM's
# local API Gateway, is in what fetch-templates.sh brings. Needs npm and Go, but no root. A second run finds everything
# there.
set -eu
cd "$(dirname "$0")/../.."
folder=$PWD/.cache/http-readers
sources=$PWD/test/core/http/readers/go
node='@architect/sandbox@8.0.0'
if ! command -v go >/dev/null; then
  echo 'the readers of HTTP answers are not fetched: that needs Go; their test is skipped' >&2
  exit 0
fi
if [ "$(cat "$folder/.stamp" 2>/dev/null)" != "$node" ]; then
  rm -rf "$folder"
  mkdir -p "$folder"
  echo "fetching $node" >&2
  npm install --silent --no-save --no-package-lock --ignore-scripts --no-audit --no-fund --workspaces=false --prefix "$folder" "$node"
  printf '%s\n' "$node" >"$folder/.stamp"
fi
# Go builds only what has changed.
(cd "$sources" && go build -o "$folder/go-types" .)
