# shellcheck shell=bash disable=SC2154
# Empties TMPDIR after an event, in a subshell of the driver; its modification time said that something may be there. Fails when it can't be emptied.

set +f
shopt -s nullglob dotglob
GLOBIGNORE=''
left=("$TMPDIR"/*)
if ((${#left[@]})) || [[ ! -d $TMPDIR || -L $TMPDIR ]]; then
  # A folder that its owner may not write to takes a second attempt.
  rm -rf -- "$TMPDIR" || { chmod -R u+rwX -- "$TMPDIR" && rm -rf -- "$TMPDIR"; } || builtin exit 1
  mkdir -m 700 -- "$TMPDIR" || builtin exit 1
fi
: >"$__ah_folder/empty"
