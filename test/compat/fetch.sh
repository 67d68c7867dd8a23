#!/bin/sh
# Brings the packages of packages.txt into .cache/compat, which git ignores, a folder for each line, with nothing but
# what the line names. Needs python3 with pip, but no root. A second run finds everything there. With the word `suite`,
# only the lines with a star.
set -eu
cd "$(dirname "$0")/../.."
cache=$PWD/.cache/compat
mkdir -p "$cache"
grep -v '^#' test/compat/packages.txt | while read -r name version packages; do
  case $name in
    \**) name=${name#\*} ;;
    *) [ "${1-}" != suite ] || continue ;;
  esac
  if [ "$version" = - ]; then
    flags=
    wanted="$packages for $(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')"
  else
    flags="--python-version $version"
    wanted="$packages for $version"
  fi
  if [ "$(cat "$cache/$name/.stamp" 2>/dev/null)" = "$wanted" ]; then
    continue
  fi
  echo "fetching $packages" >&2
  rm -rf "${cache:?}/$name" "${cache:?}/$name.new"
  # shellcheck disable=SC2086
  python3 -m pip install --quiet --no-compile --disable-pip-version-check --root-user-action ignore --no-input --no-deps --only-binary=:all: $flags \
    --target "$cache/$name.new" $packages
  printf '%s\n' "$wanted" >"$cache/$name.new/.stamp"
  mv "$cache/$name.new" "$cache/$name"
done
