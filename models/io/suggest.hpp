// "Did you mean ...?": the nearest of the known names.
//
// Distance is Damerau-Levenshtein in its restricted form (optimal string alignment): insert,
// delete, replace a character, swap two neighbours, each at cost 1; a change of case alone is
// cheaper than any other. A name is suggested when at most a third of its characters (and at
// least one, at most four) would change. Names of over 64 characters get no suggestion, so the
// work is bounded for any input.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lifeboat::models::io {

/// Edits that turn `a` into `b`; at most `limit` + 1 (a greater distance is not told apart).
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit);

/// The nearest of `known`, or nothing if none is near; ties go to the first.
[[nodiscard]] std::optional<std::string> nearest_name(std::string_view name,
                                                      const std::vector<std::string>& known);

/// The nearest name in double quotes, as a suggestion of a problem; empty if none is near.
[[nodiscard]] std::string suggest(std::string_view name, const std::vector<std::string>& known);

/// Names in the order given: "a, b or c"; beyond `most` names the rest are counted.
[[nodiscard]] std::string one_of(const std::vector<std::string>& names, std::size_t most = 12);

}  // namespace lifeboat::models::io
