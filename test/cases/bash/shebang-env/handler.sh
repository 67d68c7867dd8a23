#!/usr/bin/env -S bash -eu -O extglob
echo "${-//[!eu]/}"
shopt -q extglob && echo extglob
echo "$name_not_set"
echo "must not be answered"
