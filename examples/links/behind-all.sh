#!/bin/sh
# The same requests behind every front door: what the client sees must be the same. Cookies are compared where more than one gets through.
# ANYHANDLER: the command, `npx anyhandler` when unset.
set -eu
cd "$(dirname "$0")"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# $1: front door, $2: handler, then method and path and what invoke takes. Headers in lower case and in order, several values in one line.
request() {
  door=$1 handler=$2 line=$3
  shift 3
  echo "== $line"
  ${ANYHANDLER:-npx anyhandler} invoke "$handler" --root . --as "$door" --http "$line" "$@" | tr -d '\r' | awk '
    body { print; next }
    /^$/ { for (i = 1; i <= n; i++) print names[i] ": " values[names[i]] | "sort"; close("sort"); print ""; body = 1; next }
    NR == 1 { print; next }
    { name = tolower(substr($0, 1, index($0, ":") - 1)); value = substr($0, index($0, ":") + 2)
      if (name in values) values[name] = values[name] ", " value; else { names[++n] = name; values[name] = value } }'
  echo
}

session() {
  LINKS_DATABASE=$folder/$1.db
  export LINKS_DATABASE
  request "$1" create 'POST /links' --data '{"url": "https://example.com/a?b=c", "slug": "way"}'
  request "$1" create 'POST /links' --data 'url=https%3A%2F%2Fexample.com%2Ftwo&slug=two'
  request "$1" create 'POST /links' --data '{"url": "https://example.com/a?b=c", "slug": "way"}'
  request "$1" create 'POST /links' --data '{"url": "ftp://example.com"}'
  request "$1" follow 'GET /way'
  request "$1" follow 'GET /' --header 'Cookie: seen=1; last=way'
  request "$1" follow 'GET /none'
  request "$1" stats 'GET /links/way/stats'
  request "$1" list 'GET /links?limit=1'
}

for door in http rest http-1.0 url alb alb-multi lattice lattice-1; do
  session "$door" | sed 's/"created_at":"[^"]*"/"created_at":"…"/' >"$folder/$door"
  # One cookie is all that these let through.
  case $door in
    alb | lattice | lattice-1) filter='/^set-cookie:/d' ;;
    *) filter='' ;;
  esac
  sed "$filter" "$folder/http" >"$folder/expected"
  sed "$filter" "$folder/$door" >"$folder/seen"
  if cmp -s "$folder/expected" "$folder/seen"; then
    echo "$door: the same"
  else
    echo "$door: differs" >&2
    diff "$folder/expected" "$folder/seen" >&2 || exit 1
  fi
done
cat "$folder/http"
