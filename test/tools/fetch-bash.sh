#!/bin/sh
# Brings bash 5.1, the oldest that the plugin supports, from Debian 11's package into .cache/bash-5.1, which git
# ignores. Nothing is installed: apt works in a folder of its own, so that neither root nor this system's sources
# matter. A second run finds it there and costs nothing.
set -eu
cd "$(dirname "$0")/../.."
target=$PWD/.cache/bash-5.1
if [ -x "$target/bin/bash" ]; then
  exit 0
fi
if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
  echo 'bash 5.1 is not fetched: that needs apt-get and dpkg-deb; the tests that run with it are skipped' >&2
  exit 0
fi
work=$target.new
rm -rf "$work"
mkdir -p "$work/etc/preferences.d" "$work/lists/partial" "$work/cache/archives/partial"
# Where this machine gets its own packages from.
# shellcheck disable=SC2016 # apt's own format
mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | grep -v security | head -n 1)
echo "deb $mirror bullseye main" >"$work/etc/sources.list"
apt() {
  apt-get -qq -o "Dir::Etc=$work/etc" -o "Dir::Etc::trustedparts=/etc/apt/trusted.gpg.d" -o "Dir::State::lists=$work/lists" -o "Dir::Cache=$work/cache" \
    -o "APT::Sandbox::User=$(id -un)" -o Acquire::Languages=none -o "Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled=false" \
    -o "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false" "$@"
}
apt update
(cd "$work" && apt download bash/bullseye)
dpkg-deb -x "$work"/bash_5.1-*.deb "$work/root"
mkdir -p "$target/bin"
mv "$work/root/bin/bash" "$target/bin/bash"
rm -rf "$work"
"$target/bin/bash" --version | head -n 1
