#!/bin/sh
# Brings the clients that speak to `anyhandler dev` in the tests, into .cache/clients, which git ignores: boto3 and
# AWS's command line. Needs python3 with pip, but no root. A second run finds everything there.
set -eu
cd "$(dirname "$0")/../.."
folder=$PWD/.cache/clients
packages='boto3==1.44.8 awscli==1.46.3'
wanted="$packages for $(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')"
if [ "$(cat "$folder/.stamp" 2>/dev/null)" = "$wanted" ]; then
  exit
fi
echo "fetching $packages" >&2
rm -rf "$folder"
# shellcheck disable=SC2086
python3 -m pip install --quiet --no-compile --disable-pip-version-check --root-user-action ignore --no-input --target "$folder" $packages
printf '%s\n' "$wanted" >"$folder/.stamp"
