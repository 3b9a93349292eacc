#!/usr/bin/env bash
# tests/lint/headers.sh BUILD_FOLDER: every header compiles alone.
set -euo pipefail
source tests/lint/sources.sh
build=$1
mkdir -p "$build"
g++ --version >"$build/compiler-version"

alone() {
  printf '#include "%s"\n' "$2" |
    g++ -std=c++20 -fsyntax-only -Wall -Wextra -I. -I"$1/generated" -x c++ -
}
export -f alone
stamps=$build depends_on=("$build/compiler-version")
list_files '*.hpp' | for_changed headers alone "$build"
