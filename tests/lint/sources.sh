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

# for_changed NAME COMMAND...: runs COMMAND UNIT, as many at once as there are processors, for every
# line "UNIT [FILE...]" of the standard input of which something changed since COMMAND last
# succeeded on it: the content of its files (without any: the unit is one), of anything of ours
# that they include, or of the files in $depends_on. What is clean is kept in $stamps/NAME.clean,
# one line a unit: its name and its state. Fails if one fails.
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
  awk -v common="${common:0:12}" -v sums="$stamp.sums" -v closures="$stamp.closure" '
    BEGIN {
      while ((getline <sums) > 0) sum[$2] = substr($1, 1, 12)
      while ((getline <closures) > 0) closure[$1] = $0
    }
    {
      split("", counted)
      state = common
      for (i = NF > 1 ? 2 : 1; i <= NF; ++i) {
        count = split(closure[$i], reached)
        for (j = 1; j <= count; ++j)
          if (!counted[reached[j]]++) state = state sum[reached[j]]
      }
      print $1, state
    }' >"$stamp.states"
  # A unit that is not asked for now keeps its stamp.
  awk -v states="$stamp.states" '
    BEGIN { while ((getline <states) > 0) state[$1] = $2 }
    !($1 in state) || state[$1] == $2' "$stamp" >"$stamp.kept"
  mv "$stamp.kept" "$stamp"
  grep -vxFf "$stamp" "$stamp.states" | tr '\n' '\0' >"$stamp.todo" || true
  echo "$name: $(tr -cd '\0' <"$stamp.todo" | wc -c) of $(wc -l <"$stamp.states") to check"
  xargs -r -0 -a "$stamp.todo" -P "$(nproc)" -I '{}' bash -c '
    stamp=$1 line=$2
    shift 2
    "$@" "${line% *}" || exit 1
    printf "%s\n" "$line" >>"$stamp"
  ' _ "$stamp" '{}' "$@"
}
