# Sourced by the checks of this folder. Paths are relative to the root of the source tree, where
# the checks run; found by folder rather than by git, so that a new file is checked too.

# list_files PATTERN...: our files whose name matches one of the patterns.
list_files() {
  local names=() pattern
  for pattern in "$@"; do names+=(-o -name "$pattern"); done
  find . \( -path ./build -o -path ./out -o -path ./.git -o -name node_modules \) -prune -o \
    -type f \( "${names[@]:1}" \) -printf '%P\n' | LC_ALL=C sort
}

# Ends the check as skipped unless the tool is of the version that the project is checked with.
require_llvm() {
  local version
  version=$("$1" --version | sed -n "s/.*version \\([0-9]*\\).*/\\1/p")
  [[ $version == 14 ]] && return
  echo "SKIPPED: the tree is checked with $1 14, this is $version"
  exit 77
}

list_sources() { list_files '*.cpp' '*.hpp'; }

# for_changed NAME PARALLEL COMMAND...: runs COMMAND FILE for every FILE of the standard input
# whose content, with all that it includes of ours and the files in $depends_on, differs from
# what it was when COMMAND last succeeded. Stamps are kept in $stamps/NAME. Fails if one fails.
for_changed() {
  local name=$1 parallel=$2
  shift 2
  local folder=$stamps/$name
  mkdir -p "$folder"
  local common
  common=$(cat "${depends_on[@]}" | sha256sum | cut -d' ' -f1)
  list_sources | xargs -r sha256sum >"$folder/.sums"
  list_sources | xargs -r awk -v mode=closure -f tests/lint/includes.awk >"$folder/.closure"
  # One line a file: its path and a hash over the hashes of its closure.
  awk -v common="$common" '
    NR == FNR { sum[$2] = $1; next }
    { line = common; for (i = 1; i <= NF; ++i) line = line " " sum[$i]; print $1, line }
  ' "$folder/.sums" "$folder/.closure" >"$folder/.states"

  local file state changed=()
  declare -A states=()
  while read -r file state; do states[$file]=$state; done <"$folder/.states"
  while read -r file; do
    state=$(sha256sum <<<"${states[$file]-}")
    states[$file]=$state
    [[ -e $folder/$file && $(<"$folder/$file") == "$state" ]] || changed+=("$file")
  done
  echo "$name: ${#changed[@]} of ${#states[@]} files to check"
  ((${#changed[@]})) || return 0

  local failed=0 results
  results=$(mktemp -d)
  # Each leaves an empty file when it is clean; stamps are written after, from here.
  printf '%s\0' "${changed[@]}" | xargs -0 -P "$parallel" -I '{}' bash -c '
    results=$1 file=$2
    shift 2
    if "$@" "$file"; then mkdir -p "$(dirname "$results/$file")" && : >"$results/$file"; fi
  ' _ "$results" '{}' "$@" || true
  for file in "${changed[@]}"; do
    if [[ -e $results/$file ]]; then
      mkdir -p "$(dirname "$folder/$file")"
      printf '%s\n' "${states[$file]}" >"$folder/$file"
    else
      failed=$((failed + 1))
    fi
  done
  rm -rf "$results"
  if ((failed)); then
    echo "$name: $failed files are not clean"
    return 1
  fi
}
