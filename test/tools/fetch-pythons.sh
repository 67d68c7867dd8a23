#!/bin/sh
# Unpacks the Pythons of Debian 11 (3.9) and Debian 13 (3.13) into .cache/pythons/, each with its own C library, beside whatever the system has: nothing is installed.
# Needs apt and dpkg, but no root. A second run finds everything there.
set -eu
cd "$(dirname "$0")/../.."
pythons=$PWD/.cache/pythons
# Where this machine gets its own packages from.
# shellcheck disable=SC2016 # apt's own format
mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | grep -v security | head -n 1)
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# release, its name, version of Python, further packages with libraries
unpack() {
  folder=$pythons/debian-$1
  suite=$2
  version=$3
  shift 3
  if [ -x "$folder/python3" ]; then
    return
  fi
  echo "fetching Python $version of Debian $suite" >&2
  rm -rf "$folder"
  apt=$folder/apt
  mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$folder/root"
  : >"$apt/status"
  echo "deb [signed-by=$keyring] $mirror $suite main" >"$apt/sources.list"
  options="-qq -o Dir::Etc::SourceList=$apt/sources.list -o Dir::Etc::SourceParts=/dev/null -o Dir::State=$apt -o Dir::State::status=$apt/status -o Dir::Cache=$apt"
  options="$options -o APT::Sandbox::User=$(id -un)"
  # shellcheck disable=SC2086
  apt-get $options update
  # shellcheck disable=SC2086
  (cd "$apt/archives" && apt-get $options download "python$version-minimal" "libpython$version-minimal" "libpython$version-stdlib" libc6 "$@")
  for package in "$apt"/archives/*.deb; do
    dpkg-deb --extract "$package" "$folder/root"
  done
  loader=$(find "$folder/root" -name 'ld-linux-*.so.*' | sort | head -n 1)
  libraries=$(find "$folder/root" -path '*/lib/*' -name '*.so.*' -exec dirname {} + | sort -u | paste -s -d :)
  cat >"$folder/python3.new" <<END
#!/bin/sh
PYTHONHOME=$folder/root/usr exec $loader --library-path $libraries $folder/root/usr/bin/python$version "\$@"
END
  chmod +x "$folder/python3.new"
  "$folder/python3.new" -c 'import ctypes, hashlib, json, logging, ssl'
  rm -rf "$apt"
  mv "$folder/python3.new" "$folder/python3"
}

unpack 11 bullseye 3.9 libexpat1 zlib1g libssl1.1 libffi7 libbz2-1.0 liblzma5 libmpdec3 libuuid1 libcrypt1
unpack 13 trixie 3.13 libexpat1 zlib1g libssl3t64 libffi8 libbz2-1.0 liblzma5 libuuid1 libcrypt1 libzstd1
