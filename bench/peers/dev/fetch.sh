#!/bin/sh
# Brings the local servers that `npm run bench:dev` compares with, into .cache/bench/dev, which git ignores:
# serverless-offline with the maintained fork of the Serverless Framework 3, and cargo-lambda, where there is a cargo.
# SAM needs Docker, and is left out.
set -eu
cd "$(dirname "$0")/../../.."
here=$PWD/bench/peers/dev
folder=$PWD/.cache/bench/dev
mkdir -p "$folder/serverless-offline" "$folder/cargo-lambda/hello/src"
cp "$here/serverless.yml" "$folder/serverless-offline/"
npm install --silent --no-save --no-package-lock --ignore-scripts --no-audit --no-fund --workspaces=false --prefix "$folder/serverless-offline" serverless-offline@14.8.2 osls@4.3.1
if command -v cargo >/dev/null; then
  python3 -m pip install --quiet --no-input --disable-pip-version-check --root-user-action ignore --target "$folder/cargo-lambda/python" cargo-lambda==1.9.2
  cp "$here/Cargo.toml" "$folder/cargo-lambda/hello/"
  cp "$here/main.rs" "$folder/cargo-lambda/hello/src/"
  (cd "$folder/cargo-lambda/hello" && cargo build)
fi
