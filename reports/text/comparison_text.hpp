// A comparison as text: for a terminal, and as a Markdown table for a pull request.
#pragma once

#include <string>
#include <vector>

#include "reports/comparison/comparison.hpp"

namespace lifeboat::reports {

/// 80 columns; `files` are those that were written, for the last lines.
[[nodiscard]] std::string comparison_text(const Comparison& comparison, bool colours,
                                          const std::vector<std::string>& files);

/// One table, a row a figure, and two lines on what it rests on.
[[nodiscard]] std::string comparison_markdown(const Comparison& comparison);

/// "+1.1 points", "-3.2 s".
[[nodiscard]] std::string change_words(double value, std::string_view unit);
/// "better", "worse", "no difference shown", "the same in every trial", "nothing to compare".
[[nodiscard]] std::string_view name_of(Difference difference);
/// What stands over a comparison: which of the others is better in how many figures.
[[nodiscard]] std::vector<std::string> summary_sentences(const Comparison& comparison);

}  // namespace lifeboat::reports
