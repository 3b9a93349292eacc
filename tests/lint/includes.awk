# Reads all sources (paths relative to the root of the source tree) and their #include lines.
#
# mode=closure  prints, for each file, the file and every file of ours that it reaches
# mode=check    prints one line per broken rule, and fails if there is one:
#   1. includes point down: tools -> reports -> scenarios -> models -> sim
#   2. a header of ours is included with quotes and its path from the root, and exists
#   3. a header that reaches a third-party header is not included from another folder
#   4. sim knows no JSON
# A test folder may include what its folder may, the test headers of those folders, and
# tests/audit; the audit itself (its tests apart) stands on models, and the tools may include it.
function folder_of(path, parts) {
  split(path, parts, "/")
  return parts[1] == "tests" ? parts[1] "/" parts[2] : parts[1]
}

function rank_of(path, folder) {
  folder = folder_of(path)
  sub(/^tests\//, "", folder)
  if (folder == "audit") return path ~ /_test\.cpp$/ ? rank["scenarios"] : rank["models"]
  return folder in rank ? rank[folder] : 9  # tests/catch.hpp, tests/main and the like
}

function broken(file, number, what) {
  printf "%s:%d: %s\n", file, number, what
  failures++
}

# Marks in reached[] every file of ours that `file` includes, directly or not.
function reach(file, i, to) {
  for (i = 1; i <= quoted_count[file]; ++i) {
    to = quoted[file, i]
    if (!(to in reached) && to in seen) {
      reached[to] = 1
      reach(to)
    }
  }
}

BEGIN {
  split("sim models scenarios reports tools", order, " ")
  for (i = 1; i <= 5; ++i) rank[order[i]] = i
}

FNR == 1 {
  sub(/^\.\//, "", FILENAME)
  seen[FILENAME] = 1
  files[++file_count] = FILENAME
}

/^[ \t]*#[ \t]*include[ \t]*"/ {
  split($0, parts, "\"")
  i = ++quoted_count[FILENAME]
  quoted[FILENAME, i] = parts[2]
  quoted_line[FILENAME, i] = FNR
}

/^[ \t]*#[ \t]*include[ \t]*</ {
  split($0, parts, /[<>]/)
  if (parts[2] ~ /^(nlohmann|boost|Eigen|fmt)\//) third_party[FILENAME] = parts[2]
  if (parts[2] ~ /^(nlohmann|boost\/property_tree)\// && FILENAME ~ /^sim\//)
    json[FILENAME] = FNR
  if (parts[2] ~ /^(sim|models|scenarios|reports|tools|tests)\//) angled[FILENAME] = FNR
}

function check(file, i, to, line, other, in_tests) {
  in_tests = file ~ /^tests\//
  if (file in json) broken(file, json[file], "sim knows no JSON")
  if (file in angled) broken(file, angled[file], "our own headers are included with quotes")
  for (i = 1; i <= quoted_count[file]; ++i) {
    to = quoted[file, i]
    line = quoted_line[file, i]
    if (to == "lifeboat_version.hpp") {
      if (rank_of(file) < rank["reports"]) broken(file, line, "only reports and tools know the version")
      continue
    }
    if (!(to in seen)) {
      broken(file, line, "no such file: " to " (paths start at the root of the source tree)")
      continue
    }
    if (to ~ /^tests\//) {
      if (!in_tests && !(file ~ /^tools\// && to ~ /^tests\/audit\//))
        broken(file, line, "the product includes a test header: " to)
      else if (rank_of(to) < 9 && folder_of(to) != "tests/audit" && rank_of(to) > rank_of(file))
        broken(file, line, "upward include of a test header: " to)
    } else if (rank_of(to) > rank_of(file)) {
      broken(file, line, "upward include: " to)
    }
    if (!in_tests && folder_of(to) != folder_of(file)) {
      split("", reached)
      reached[to] = 1
      reach(to)
      for (other in reached)
        if (other in third_party)
          broken(file, line, to " brings in <" third_party[other] "> from another folder" \
                 (other == to ? "" : " (through " other ")"))
    }
  }
}

END {
  for (f = 1; f <= file_count; ++f) {
    if (mode == "check") {
      check(files[f])
    } else {
      split("", reached)
      reach(files[f])
      line = files[f]
      for (g = 1; g <= file_count; ++g)
        if (files[g] in reached && files[g] != files[f]) line = line " " files[g]
      print line
    }
  }
  if (failures) exit 1
}
