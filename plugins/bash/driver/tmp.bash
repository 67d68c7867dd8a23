# shellcheck shell=bash disable=SC2154
# Empties TMPDIR after an event, in a subshell of the driver; its modification time said that something may be there.
# Fails when it can't be emptied.

# A folder for this user only. If it was removed, or replaced by another file, it is made again.
own_folder() {
  if [[ -d $1 && ! -L $1 && -O $1 ]]; then
    [[ -r $1 && -w $1 && -x $1 ]] || chmod 700 -- "$1"
  else
    rm -rf -- "$1" && mkdir -m 700 -- "$1"
  fi
}

set +f
shopt -s nullglob dotglob
GLOBIGNORE=''
own_folder "${__ah_folder%/*}" && own_folder "$__ah_folder" && own_folder "$TMPDIR" || builtin exit 1
left=("$TMPDIR"/*)
if ((${#left[@]})) || [[ ! -d $TMPDIR || -L $TMPDIR ]]; then
  # A folder that its owner may not write to takes a second attempt.
  rm -rf -- "$TMPDIR" || { chmod -R u+rwX -- "$TMPDIR" && rm -rf -- "$TMPDIR"; } || builtin exit 1
  mkdir -m 700 -- "$TMPDIR" || builtin exit 1
fi
: >"$__ah_folder/empty"
