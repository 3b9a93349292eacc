#!/usr/bin/env bash
# tests/lint/includes.sh: the dependencies between folders point one way (includes.awk).
set -euo pipefail
source tests/lint/sources.sh
list_sources | xargs -r awk -v mode=check -f tests/lint/includes.awk
