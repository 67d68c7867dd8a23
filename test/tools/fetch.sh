#!/bin/sh
# Brings what the tests compare with and run, into .cache, which git ignores: AWS's own Python client, AWS's Runtime
# Interface Emulator (it is inside of aws-sam-cli), Powertools for AWS Lambda, vermin, and uv. Needs python3 with pip,
# but no root. A second run finds everything there and costs nothing.
set -eu
export PIP_ROOT_USER_ACTION=ignore
cd "$(dirname "$0")/../.."
cache=$PWD/.cache

# name, then the pinned packages; the folder's stamp tells what is in it.
fetch() {
  name=$1
  shift
  wanted="$* for $(python3 -c 'import sys; print("%s %d.%d" % (sys.implementation.name, *sys.version_info[:2]))')"
  if [ "$(cat "$cache/$name/.stamp" 2>/dev/null)" = "$wanted" ]; then
    return
  fi
  echo "fetching $*" >&2
  rm -rf "${cache:?}/$name" "${cache:?}/$name.new"
  python3 -m pip install --quiet --no-compile --disable-pip-version-check --no-input --no-deps --target "$cache/$name.new" "$@"
  printf '%s\n' "$wanted" >"$cache/$name.new/.stamp"
  mv "$cache/$name.new" "$cache/$name"
}

mkdir -p "$cache"
fetch awslambdaric awslambdaric==4.2.2 simplejson==4.3.0 snapshot-restore-py==1.0.0
# For the Pythons of fetch-pythons.sh; 4.0.4 is the last for 3.9.
fetch awslambdaric-3.13 --python-version 3.13 --only-binary=:all: awslambdaric==4.2.2 simplejson==4.3.0 snapshot-restore-py==1.0.0
fetch awslambdaric-3.9 --python-version 3.9 --only-binary=:all: awslambdaric==4.0.4 simplejson==3.20.1 snapshot-restore-py==1.0.0
fetch aws-sam-cli aws-sam-cli==1.170.0
chmod +x "$cache"/aws-sam-cli/samcli/local/rapid/aws-lambda-rie-*
fetch powertools aws-lambda-powertools==3.23.0 jmespath==1.0.1 typing-extensions==4.15.0
fetch sentry sentry-sdk==2.75.0 urllib3==2.5.0 certifi==2025.8.3
fetch pytest pytest==8.4.2 pluggy==1.6.0 iniconfig==2.1.0 packaging==25.0 pygments==2.19.2
fetch vermin vermin==1.7.0
fetch ruff ruff==0.17.0
fetch uv uv==0.9.13

# A package with a C module, for Lambda's Python 3.13 whatever this machine's is.
if ! ls "$cache"/wheels/markupsafe-3.0.3-cp313-*.whl >/dev/null 2>&1; then
  echo "fetching markupsafe==3.0.3 for Python 3.13" >&2
  python3 -m pip download --quiet --disable-pip-version-check --no-input --no-deps --dest "$cache/wheels" \
    --only-binary=:all: --implementation cp --python-version 3.13 --platform manylinux2014_x86_64 markupsafe==3.0.3
fi
