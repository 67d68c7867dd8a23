#!/bin/sh
# Runs all scripts that fetch what the tests need, side by side: each has a folder of its own in .cache, and most of
# their time is waiting for the network.
set -eu
cd "$(dirname "$0")/../.."
pids=
for script in test/tools/fetch.sh test/tools/fetch-*.sh; do
  [ "$script" != test/tools/fetch-all.sh ] || continue
  sh "$script" &
  pids="$pids $!"
done
sh test/compat/fetch.sh suite &
pids="$pids $!"
sh test/compat/javascript/fetch.sh suite &
pids="$pids $!"
for pid in $pids; do
  wait "$pid"
done
