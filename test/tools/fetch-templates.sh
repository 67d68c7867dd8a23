#!/bin/sh
# Brings the tools that check the templates of `anyhandler build --template`, into .cache/templates, which git ignores:
# the whole of SAM with cfn-lint and moto, a parser of Terraform's language, the CDK, and a maintained fork of the
# Serverless Framework 3. 500 MB; needs python3 with venv, and npm, but no root. A second run finds everything there.
set -eu
cd "$(dirname "$0")/../.."
folder=$PWD/.cache/templates
python='aws-sam-cli==1.170.0 cfn-lint==1.58.0 python-hcl2==8.1.4 moto[s3,server]==5.2.3'
node='aws-cdk-lib@2.276.0 constructs@10.8.1 osls@4.3.1 aws-cdk@2.1148.0'
if [ "$(cat "$folder/.stamp" 2>/dev/null)" = "$python $node" ]; then
  exit
fi
rm -rf "$folder"
mkdir -p "$folder"
echo "fetching $python" >&2
python3 -m venv "$folder/python"
# shellcheck disable=SC2086
"$folder/python/bin/pip" install --quiet --no-compile --disable-pip-version-check --no-input $python
echo "fetching $node" >&2
# shellcheck disable=SC2086
npm install --silent --no-save --no-package-lock --ignore-scripts --no-audit --no-fund --workspaces=false --prefix "$folder" $node
printf '%s\n' "$python $node" >"$folder/.stamp"
