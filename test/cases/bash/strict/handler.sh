echo "$- $(set -o | grep pipefail) $(shopt -q inherit_errexit && echo inherited)"
case $1 in
  1) false ;;
  2) echo "$missing" ;;
  3) false | true ;;
  4) x=$(false; echo) ;;
esac
echo went on
