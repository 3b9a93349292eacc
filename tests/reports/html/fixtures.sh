#!/usr/bin/env bash
# tests/reports/html/fixtures.sh TEMPLATE: the built page in a browser, with each fixture in it,
# a failover as long as a real one, and data that tries to break it. Skipped (77) without Chromium.
set -euo pipefail
template=$(realpath "$1")
cd "$(dirname "${BASH_SOURCE[0]}")/../../../reports/html/fixtures"
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
node make-failover.mjs --dt 10 >"$made/long-failover.json"
node make-hostile.mjs >"$made/hostile.json"
check=../../../tests/reports/html/check.mjs
node "$check" --template "$template" failover.json
node "$check" --views desk-dark,phone-light --template "$template" bare.json mm1.json "$made"/*.json
