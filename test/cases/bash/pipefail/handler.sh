set -e -o pipefail
false | true
echo x
