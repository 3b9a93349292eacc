// A year's availability as a terminal shows it (80 columns), as Markdown, and in sentences.
#pragma once

#include <string>
#include <vector>

#include "reports/availability/year_report.hpp"

namespace lifeboat::reports {

[[nodiscard]] std::string year_text(const YearReport& report, bool colours,
                                    const std::vector<std::string>& files);
[[nodiscard]] std::string year_markdown(const YearReport& report);
/// What it comes to and what hurts most; the page's lead.
[[nodiscard]] std::vector<std::string> year_sentences(const YearReport& report);

}  // namespace lifeboat::reports
