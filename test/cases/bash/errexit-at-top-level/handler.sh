set -euo pipefail

answer() {
  false | true
  echo x
}
