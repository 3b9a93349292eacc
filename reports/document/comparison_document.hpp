// The comparison's document (format lifeboat/comparison/1) and its files.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "reports/comparison/comparison.hpp"

namespace lifeboat::reports {

/// One JSON document, indented, with a line break at its end; the same bytes for the same inputs.
[[nodiscard]] std::string comparison_document(const Comparison& comparison);

/// What a difference is, as a stable word for programs: "none", "same", "noise", "better", "worse".
[[nodiscard]] const char* key_of(Difference difference);

/// Writes compare.html, compare.json and compare.md into the folder and returns their paths, the
/// page first. Throws std::runtime_error.
std::vector<std::string> write_comparison(const std::filesystem::path& folder,
                                          const Comparison& comparison);

}  // namespace lifeboat::reports
