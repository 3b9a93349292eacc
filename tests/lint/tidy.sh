#!/usr/bin/env bash
# tests/lint/tidy.sh BUILD_FOLDER [FILE...]: clang-tidy finds nothing in the sources named, or in
# any, that changed since they were last clean. Headers are checked with what includes them.
set -euo pipefail
source tests/lint/sources.sh
build=$1
require_llvm clang-tidy
mkdir -p "$build"
# A compilation database of clang's own: no precompiled header, no flags of g++ alone.
cmake -S . -B "$build" -G Ninja -DCMAKE_CXX_COMPILER=clang++ -DCMAKE_BUILD_TYPE=Debug \
  -DLIFEBOAT_PCH=OFF >"$build/configure.log" 2>&1 || { cat "$build/configure.log"; exit 1; }
clang-tidy --version >"$build/tidy-version"

tidy() {
  local output
  if ! output=$(clang-tidy -p "$1" --quiet "$2" 2>/dev/null); then
    printf '%s: clang-tidy\n%s\n' "$2" "$output"
    return 1
  fi
}
export -f tidy
stamps=$build depends_on=(.clang-tidy tests/.clang-tidy "$build/tidy-version")
shift
{ (($#)) && printf '%s\n' "$@" || list_files '*.cpp'; } | for_changed tidy tidy "$build" |
  awk "!seen[\$0]++"  # a header is read by many sources
