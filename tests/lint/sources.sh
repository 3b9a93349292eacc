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

# for_changed NAME COMMAND...: runs COMMAND FILE, as many at once as there are processors, for
# every FILE of the standard input that changed since COMMAND last succeeded on it: its own
# content, that of anything of ours it includes, or of the files in $depends_on. What is clean is
# kept in $stamps/NAME.clean, one line a file: its path and its state. Fails if one fails.
for_changed() {
  local name=$1 stamp=$stamps/$1.clean
  shift
  mkdir -p "$stamps"
  touch "$stamp"
  local common
  common=$(cat "${depends_on[@]}" | sha256sum)
  # A state is the start of the hash of each file that counts, one after the other.
  list_sources | xargs -r sha256sum >"$stamp.sums"
  list_sources | xargs -r awk -v mode=closure -f tests/lint/includes.awk >"$stamp.closure"
  awk -v common="${common:0:12}" '
    NR == FNR { sum[$2] = substr($1, 1, 12); next }
    { state = common; for (i = 1; i <= NF; ++i) state = state sum[$i]; print $1, state }
  ' "$stamp.sums" "$stamp.closure" >"$stamp.states"
  grep -xFf "$stamp.states" "$stamp" >"$stamp.kept" || true
  mv "$stamp.kept" "$stamp"

  # The files of the standard input, each with its state, that are not clean in this state.
  awk -v clean="$stamp" -v states="$stamp.states" '
    BEGIN {
      while ((getline <clean) > 0) is_clean[$1] = 1
      while ((getline <states) > 0) state[$1] = $2
    }
    !is_clean[$1] { printf "%s %s%c", $1, state[$1], 0 }
  ' >"$stamp.todo"
  echo "$name: $(tr -cd '\0' <"$stamp.todo" | wc -c) of $(wc -l <"$stamp.states") files to check"
  xargs -r -0 -a "$stamp.todo" -P "$(nproc)" -I '{}' bash -c '
    stamp=$1 line=$2
    shift 2
    "$@" "${line% *}" || exit 1
    printf "%s\n" "$line" >>"$stamp"
  ' _ "$stamp" '{}' "$@"
}
