#!/usr/bin/env bash
# tests/lint/gates.sh: the other checks find what they are for. Each case is a small tree with one
# mistake in it, on which the check must fail and name the file.
set -euo pipefail
root=$PWD
failures=0
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT

# fresh: a tree in which every check passes.
fresh() {
  rm -rf "${tree:?}"/*
  mkdir -p "$tree"/{sim,models,scenarios,reports,tools/lifeboat,tests/{sim,models,audit}}
  cp -r "$root/tests/lint" "$tree/tests/"
  cp "$root/.clang-format" "$tree/"
  printf '#pragma once\n' | tee "$tree"/{sim/a,models/b,reports/c,tests/sim/t,tests/audit/u}.hpp \
    >/dev/null
}

# finds CHECK FILE WHAT [ARGUMENT...]: the check fails on the tree and names the file.
finds() {
  local output
  if output=$(cd "$tree" && "tests/lint/$1.sh" "${@:4}" 2>&1); then
    echo "$1.sh passed although $3"
    failures=1
  elif ! grep -qF "$2" <<<"$output"; then
    printf '%s.sh failed but did not name %s, although %s:\n%s\n' "$1" "$2" "$3" "$output"
    failures=1
  fi
}

# passes CHECK WHAT [ARGUMENT...]
passes() {
  local output
  if ! output=$(cd "$tree" && "tests/lint/$1.sh" "${@:3}" 2>&1); then
    printf '%s.sh failed although %s:\n%s\n' "$1" "$2" "$output"
    failures=1
  fi
}

# case FILE LINE...: a fresh tree with these lines appended to the file.
case_of() {
  fresh
  local file=$tree/$1
  shift
  printf '%s\n' "$@" >>"$file"
}

fresh
passes includes "nothing is wrong"
passes text "nothing is wrong"
passes format "nothing is wrong"
passes scripts "nothing is wrong"

case_of models/x.cpp '#include "sim/a.hpp"' '#include <nlohmann/json.hpp>'
passes includes "models may include sim, and a third party in a source"
case_of tools/lifeboat/x.cpp '#include "tests/audit/u.hpp"'
passes includes "the command links the audit"

case_of sim/x.cpp '#include "models/b.hpp"'
finds includes sim/x.cpp:1 "sim includes models"
case_of models/x.cpp '' '#  include "reports/c.hpp"'
finds includes models/x.cpp:2 "models include reports"
case_of reports/x.cpp '#include "tests/sim/t.hpp"'
finds includes reports/x.cpp:1 "the product includes a test header"
case_of tests/sim/x_test.cpp '#include "models/b.hpp"'
finds includes tests/sim/x_test.cpp:1 "a test of sim includes models"
case_of tests/models/x_test.cpp '#include "tests/sim/t.hpp"'
passes includes "a test of models may use a test header of sim"
case_of tests/models/t.hpp '#pragma once'
printf '#include "tests/models/t.hpp"\n' >"$tree/tests/sim/x_test.cpp"
finds includes tests/sim/x_test.cpp:1 "a test of sim includes a test header of models"
case_of tests/audit/x.cpp '#include "reports/c.hpp"'
finds includes tests/audit/x.cpp:1 "the audit includes reports"
case_of sim/x.cpp '#include "a.hpp"'
finds includes sim/x.cpp:1 "the path does not start at the root"
case_of sim/x.cpp '#include <sim/a.hpp>'
finds includes sim/x.cpp:1 "our own header stands in angle brackets"
case_of sim/x.cpp '#include <nlohmann/json.hpp>'
finds includes sim/x.cpp:1 "sim reads JSON"
case_of models/b.hpp '#include <fmt/format.h>'
printf '#include "models/b.hpp"\n' >"$tree/reports/x.cpp"
finds includes reports/x.cpp:1 "a third-party header comes from another folder"
case_of models/y.hpp '#include <boost/graph/adjacency_list.hpp>'
printf '#include "models/y.hpp"\n' >>"$tree/models/b.hpp"
printf '#include "models/b.hpp"\n' >"$tree/reports/x.cpp"
finds includes reports/x.cpp:1 "a third-party header comes from another folder, through a second"

case_of sim/x.cpp 'int  f();'
finds format sim/x.cpp "there are two blanks"

case_of sim/x.cpp "$(yes '//' | head -n 601)"
finds text sim/x.cpp "a source has 601 lines"
case_of README.md 'See `/''tmp/notes`.'
finds text README.md:1 "a path is one machine's"
case_of README.md 'See ../shared''/design.md.'
finds text README.md:1 "a file is not in the repository"
case_of README.md 'A blank at the end '
finds text README.md:1 "a line ends in a blank"
case_of sim/string_utils.hpp '#pragma once'
finds text sim/string_utils.hpp "a name says nothing"
fresh
printf 'no newline' >"$tree/README.md"
finds text README.md "the last line does not end"

case_of sim/a.hpp 'using namespace std;'
finds text sim/a.hpp:2 "a header opens a namespace"
case_of README.md '#a - title'
finds text README.md:1 "a heading has no blank"
case_of README.md '| a | b;' 'c |'
finds text README.md:1 "a row of a table is broken"
case_of README.md '- one thing.-' '  another.'
finds text README.md:1 "a list item ends a line"
case_of README.md '```' '#a' 'echo a ;' '| b' '```'
passes text "code is not Markdown"

case_of tools/x.sh 'if true; then'
finds scripts tools/x.sh "a script does not parse"
case_of tools/demo '#!/usr/bin/env bash' 'set -euo pipefail'
finds scripts tools/demo "a script cannot be executed"
case_of tools/demo '#!/usr/bin/env bash' 'true'
chmod +x "$tree/tools/demo"
finds scripts tools/demo "a script goes on after an error"

fresh
cp "$root/.clang-tidy" "$tree/"
cp "$root/tests/.clang-tidy" "$tree/tests/"
printf '%s\n' 'cmake_minimum_required(VERSION 3.21)' 'project(gate CXX)' \
  'set(CMAKE_EXPORT_COMPILE_COMMANDS ON)' 'add_library(gate sim/x.cpp)' \
  'target_include_directories(gate PRIVATE .)' >"$tree/CMakeLists.txt"
printf '#include "sim/a.hpp"\n' >"$tree/sim/x.cpp"
passes tidy "nothing is wrong" build/lint
printf 'inline int f() {\n  int n;\n  return n = 1;\n}\n' >>"$tree/sim/a.hpp"
finds tidy sim/a.hpp:3 "a header of a clean source changed for the worse" build/lint
printf '#pragma once\n' >"$tree/sim/a.hpp"
printf 'int F();\n' >"$tree/tests/sim/y_test.cpp"
finds tidy tests/sim/y_test.cpp:1 "a source is new, and nobody has listed it" build/lint

exit "$failures"
