#!/usr/bin/env bash
# tests/lint/scripts.sh: shell scripts parse, stop at the first error, and can be executed.
set -euo pipefail
source tests/lint/sources.sh
failures=0
while read -r file; do
  read -r first <"$file" || true
  [[ $first == '#!/usr/bin/env bash' || $file == *.sh ]] || continue
  bash -n "$file" || failures=1
  [[ $first == '#!'* ]] || continue  # sourced by others
  grep -qx 'set -euo pipefail' "$file" || { echo "$file: no set -euo pipefail" && failures=1; }
  [[ -x $file ]] || { echo "$file: not executable" && failures=1; }
done < <(list_files '*.sh' run build test demo)
exit "$failures"
