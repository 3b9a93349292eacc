#!/usr/bin/env bash
# tests/lint/tidy.sh BUILD_FOLDER [FOLDER...]: clang-tidy finds nothing in the sources of the
# folders named, or of any, that changed since they were last clean. Headers are checked with what
# includes them. The sources of a folder are checked as one, for most of the time goes by headers.
set -euo pipefail
source tests/lint/sources.sh
build=$1
shift
require_llvm clang-tidy
mkdir -p "$build/units/tests"
# A compilation database of clang's own: no precompiled header, no flags of g++ alone.
cmake -S . -B "$build" -G Ninja -DCMAKE_CXX_COMPILER=clang++ -DCMAKE_BUILD_TYPE=Debug \
  -DLIFEBOAT_PCH=OFF >"$build/configure.log" 2>&1 || { cat "$build/configure.log"; exit 1; }
clang-tidy --version >"$build/tidy-version"
cp tests/.clang-tidy "$build/units/tests/"  # a unit's checks are those of where it stands

# FOLDER FILE...: one line a folder. Each of the benchmark's peers is a program, and stands alone.
list_folders() {
  list_files '*.cpp' | awk -F/ -v OFS=/ '
    /^tools\/bench\/peers\// { print; next }
    { file = $0; NF -= 1; if (!($0 in files)) order[++count] = $0; files[$0] = files[$0] " " file }
    END { for (i = 1; i <= count; ++i) print order[i] files[order[i]] }'
}

tidy() {
  local unit=$1/units/$2/unit.cpp files=("$2"/*.cpp) output
  if [[ -f $2 ]]; then
    files=("$2")
    # A peer is read where what it is built on is installed, which nobody has to.
    clang++ -std=c++20 -E "$2" >/dev/null 2>&1 || return 0
  fi
  mkdir -p "${unit%/*}"
  printf '#include "%s"  // NOLINT\n' "${files[@]}" >"$unit"
  if ! output=$(clang-tidy -p "$1" --quiet --extra-arg=-DLIFEBOAT_SOURCE_DIR='""' \
    --extra-arg=-DLIFEBOAT_BINARY_DIR='""' "$unit" 2>/dev/null); then
    printf '%s: clang-tidy\n%s\n' "$2" "$output"
    return 1
  fi
}
export -f tidy
folders=$(list_folders)  # whole: a grep that ends early would break the pipe
for folder in "$@"; do
  grep -qE "^$folder( |$)" <<<"$folders" || { echo "tidy.sh: no sources of ours in $folder"; exit 3; }
done
stamps=$build depends_on=(.clang-tidy tests/.clang-tidy "$build/tidy-version")
list_folders | awk 'BEGIN { for (i = 1; i < ARGC; ++i) wanted[ARGV[i]] = 1; all = ARGC == 1; ARGC = 1 }
  all || $1 in wanted' "$@" | for_changed tidy tidy "$build" |
  awk "!seen[\$0]++"  # a header is read by many sources
