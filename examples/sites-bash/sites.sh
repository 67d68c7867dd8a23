# Sends a request to several sites at once. Its status is 200 if all answer, otherwise 503. Needs curl and jq.
#
#   _HANDLER=sites.report

set -euo pipefail

check() {
  local site=$1 code
  # curl writes 000 if a site doesn't answer.
  code=$(curl --silent --output /dev/null --max-time "${SITES_SECONDS:-5}" --write-out '%{http_code}' -- "$site") || true
  echo "$site answered $code" >&2
  jq --null-input --compact-output --arg site "$site" --argjson code "$((10#$code))" '{$site, $code, up: ($code >= 200 and $code < 400)}'
}

report() {
  local sites site status=200
  mapfile -t sites < <(jq --raw-output '.sites[]' <<<"$1")
  for site in "${sites[@]}"; do check "$site" & done | jq --slurp --compact-output 'sort_by(.site)' >"$TMPDIR/report"
  jq --exit-status 'all(.up)' "$TMPDIR/report" >"$TMPDIR/up" || status=503
  respond "$status" 'Content-Type: application/json' 'Cache-Control: no-store'
  cat "$TMPDIR/report"
}
