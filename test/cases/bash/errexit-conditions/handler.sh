set -e
if false; then :; fi
false || true
! true
while false; do :; done
f() { false; echo "f went on"; }
f && echo fine
