set -e
nosuchprogram --flag
