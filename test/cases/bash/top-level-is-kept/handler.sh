declare -A color=([apple]=red)
readonly limit=3
IFS=:
set -u -o pipefail
shopt -s nullglob extglob nocasematch
umask 027

answer() {
  local parts=(a:b:c)
  # shellcheck disable=SC2206
  parts=(${parts[0]})
  echo "${color[apple]} $limit ${#parts[@]} $- $(shopt -q nullglob extglob nocasematch && echo shopt) $(umask)"
  set -o | grep pipefail
  case APPLE in @(apple|pear)) echo fruit ;; esac
}
