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

while read -r file; do
  lines=$(wc -l <"$file")
  ((lines <= 600)) || broken "$file: $lines lines, at most 600"
done < <(list_files '*.cpp' '*.hpp' '*.ts' '*.js' '*.mjs' '*.css' '*.sh' '*.awk' '*.cmake' '*.html')

mapfile -t files < <(list_files '*.cpp' '*.hpp' '*.md' '*.json' '*.ts' '*.js' '*.mjs' '*.css' \
  '*.html' '*.sh' '*.awk' '*.cmake' '*.txt' '*.in' '*.yml' 'run' 'build' 'test' 'demo' |
  grep -v package-lock.json)
paths='(^|[[:space:]"'\''`(=])/(work|tmp|home|root|opt)/|shared/[a-z]+\.md|shared/(aws|speed)/'
if found=$(grep -nE "$paths" -- "${files[@]}"); then
  broken "A path that only one machine has, or a file that is not here:" "$found"
fi
if found=$(grep -nE '[[:blank:]]+$' -- "${files[@]}"); then
  broken "Trailing blanks:" "$found"
fi
for file in "${files[@]}"; do
  [[ ! -s $file || -z $(tail -c 1 "$file") ]] || broken "$file: no newline at the end"
done
if found=$(printf '%s\n' "${files[@]}" |
  grep -E '(^|[/_])(utils?|common|helpers?|manager)([_./]|$)'); then
  broken "A name that does not say what is inside:" "$found"
fi
exit "$failures"
