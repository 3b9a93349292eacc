#!/usr/bin/env bash
# tests/lint/text.sh: what a reader meets in any text file.
#
#   - a source has at most 600 lines
#   - no path of one machine, and nothing that is not in this repository
#   - no trailing blanks, and a newline at the end
#   - names say what is inside: no utils, common, helpers, manager
#   - a header opens no namespace for those who include it
#   - Markdown as its writer meant it: headings, table rows and list items stand on lines of their own
set -euo pipefail
source tests/lint/sources.sh
failures=0
broken() {
  printf '%s\n' "$@"
  failures=1
}

if ! list_files '*.cpp' '*.hpp' '*.ts' '*.js' '*.mjs' '*.css' '*.sh' '*.awk' '*.cmake' '*.html' |
  xargs awk 'FNR == 601 { print FILENAME ": more than 600 lines"; bad = 1 } END { exit bad }'; then
  failures=1
fi

mapfile -t files < <(list_files '*.cpp' '*.hpp' '*.md' '*.json' '*.ts' '*.js' '*.mjs' '*.css' \
  '*.html' '*.sh' '*.awk' '*.cmake' '*.txt' '*.in' '*.yml' 'run' 'build' 'test' 'demo' |
  grep -v package-lock.json)
paths='(^|[[:space:]"'\''`(=])/(work|tmp|root)/|shared/[a-z]+\.md|shared/(aws|speed)/'
if found=$(grep -nE "$paths" -- "${files[@]}"); then
  broken "A path that only one machine has, or a file that is not here:" "$found"
fi
if found=$(grep -nE '[[:blank:]]+$' -- "${files[@]}"); then
  broken "Trailing blanks:" "$found"
fi
read -r newlines bytes < <(tail -qc 1 -- "${files[@]}" | wc -lc)
if ((newlines != bytes)); then
  for file in "${files[@]}"; do
    [[ -z $(tail -c 1 "$file") ]] || broken "$file: no newline at the end"
  done
fi
if found=$(printf '%s\n' "${files[@]}" |
  grep -E '(^|[/_])(utils?|common|helpers?|manager)([_./]|$)'); then
  broken "A name that does not say what is inside:" "$found"
fi
if found=$(list_files '*.hpp' | xargs -r grep -nE '^using namespace'); then
  broken "A header that opens a namespace:" "$found"
fi
# What a formatter for another language leaves of Markdown, outside of code.
if ! list_files '*.md' | xargs -r awk '
  function broken(what) { print FILENAME ":" FNR ": " what; bad = 1 }
  FNR == 1 { fenced = 0 }
  /^ *```/ { fenced = !fenced; next }
  fenced { next }
  /^#+[^#[:blank:]]/ { broken("a heading without a blank") }
  /^\|/ && !/\|$/ { broken("a row of a table without an end") }
  /\. ?-$/ { broken("a list item at the end of a line") }
  / [;:]( |$)/ { broken("a blank before a colon or semicolon") }
  END { exit bad }'; then
  failures=1
fi
exit "$failures"
