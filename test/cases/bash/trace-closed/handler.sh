set -ex
exec 2>&-
echo fine
exit 0
