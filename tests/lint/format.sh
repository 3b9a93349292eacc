#!/usr/bin/env bash
# tests/lint/format.sh: every C++ file is as clang-format leaves it. Versions differ in taste, so
# only Debian 12's counts; with another the check is skipped (status 77).
set -euo pipefail
source tests/lint/sources.sh
require_llvm clang-format
if ! found=$(list_sources | xargs -r clang-format --dry-run -Werror 2>&1); then
  mapfile -t files < <(sed -n 's/^\([^ :]*\):[0-9]*:[0-9]*: error: .*/\1/p' <<<"$found" | sort -u)
  echo "Not formatted; please run: clang-format -i ${files[*]-}"
  ((${#files[@]})) || echo "$found"
  exit 1
fi
