// A sweep as text: for a terminal, and as a Markdown table.
#pragma once

#include <string>
#include <vector>

#include "reports/comparison/sweep.hpp"

namespace lifeboat::reports {

/// 80 columns; `files` are those that were written, for the last lines.
[[nodiscard]] std::string sweep_text(const Sweep& sweep, bool colours,
                                     const std::vector<std::string>& files);

/// One table, a row a point.
[[nodiscard]] std::string sweep_markdown(const Sweep& sweep);

/// What stands over a sweep: which points meet the objectives, where figures bend or turn,
/// and what is not known.
[[nodiscard]] std::vector<std::string> sweep_sentences(const Sweep& sweep);

}  // namespace lifeboat::reports
