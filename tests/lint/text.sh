#!/usr/bin/env bash
# tests/lint/text.sh: what a reader meets in any text file.
#
#   - a source has at most 600 lines
#   - no path of one machine, and nothing that is not in this repository
#   - no trailing blanks, and a newline at the end
#   - names say what is inside: no utils, common, helpers, manager
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
exit "$failures"
