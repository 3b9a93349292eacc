// What automating steps saves, as a terminal shows it (80 columns), as Markdown, and in sentences.
#pragma once

#include <string>
#include <vector>

#include "reports/comparison/automation.hpp"

namespace lifeboat::reports {

[[nodiscard]] std::string automation_text(const AutomationStudy& study, bool colours,
                                          const std::vector<std::string>& files);
[[nodiscard]] std::string automation_markdown(const AutomationStudy& study);
/// What to do first and what it brings; the page's lead.
[[nodiscard]] std::vector<std::string> automation_sentences(const AutomationStudy& study);

}  // namespace lifeboat::reports
