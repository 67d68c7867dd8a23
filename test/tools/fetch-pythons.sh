#!/bin/sh
# Unpacks the Pythons of Debian 11 (3.9) and Debian 13 (3.13) into .cache/pythons/, each with its own C library, beside
# whatever the system has: nothing is installed. Needs apt and dpkg, but no root. A second run finds everything there.
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
  wanted=$*
  suite=$2
  version=$3
  shift 3
  if [ "$(cat "$folder/.stamp" 2>/dev/null)" = "$wanted" ]; then
    return
  fi
  echo "fetching Python $version of Debian $suite" >&2
  new=$folder.new
  rm -rf "$new"
  apt=$new/apt
  mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$new/root"
  : >"$apt/status"
  echo "deb [signed-by=$keyring] $mirror $suite main" >"$apt/sources.list"
  options="-qq -o Dir::Etc::SourceList=$apt/sources.list -o Dir::Etc::SourceParts=/dev/null -o Dir::State=$apt -o Dir::State::status=$apt/status -o Dir::Cache=$apt"
  options="$options -o APT::Sandbox::User=$(id -un)"
  # shellcheck disable=SC2086
  apt-get $options update
  # shellcheck disable=SC2086
  (cd "$apt/archives" && apt-get $options download "python$version-minimal" "libpython$version-minimal" "libpython$version-stdlib" libc6 "$@")
  for package in "$apt"/archives/*.deb; do
    dpkg-deb --extract "$package" "$new/root"
  done
  rm -rf "$apt"
  loader=$(cd "$new/root" && find . -name 'ld-linux-*.so.*' | sort | head -n 1)
  libraries=$(cd "$new/root" && find . -path '*/lib/*' -name '*.so.*' -exec dirname {} + | sort -u | sed "s|^|$folder/root/|" | paste -s -d :)
  cat >"$new/python3" <<END
#!/bin/sh
PYTHONHOME=$folder/root/usr exec $folder/root/$loader --library-path $libraries $folder/root/usr/bin/python$version "\$@"
END
  chmod +x "$new/python3"
  rm -rf "$folder"
  mv "$new" "$folder"
  "$folder/python3" -c 'import ctypes, hashlib, json, logging, ssl'
  printf '%s\n' "$wanted" >"$folder/.stamp"
}

unpack 11 bullseye 3.9 libexpat1 zlib1g libssl1.1 libffi7 libbz2-1.0 liblzma5 libmpdec3 libuuid1 libcrypt1 libstdc++6 libgcc-s1
unpack 13 trixie 3.13 libexpat1 zlib1g libssl3t64 libffi8 libbz2-1.0 liblzma5 libuuid1 libcrypt1 libzstd1 libstdc++6 libgcc-s1
