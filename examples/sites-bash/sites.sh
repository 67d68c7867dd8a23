# Asks several sites at once whether they answer, and reports: 200 when all do, else 503. Needs curl and jq.
#
#   _HANDLER=sites.report

set -euo pipefail

check() {
  local site=$1 code
  # 000 is what curl writes when nobody answers.
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
