// The document of what automation saves (format lifeboat/automation/1) and its files.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "reports/comparison/automation.hpp"

namespace lifeboat::reports {

/// One JSON document, indented, with a line break at its end; the same bytes for the same inputs.
[[nodiscard]] std::string automation_document(const AutomationStudy& study);

/// Writes automation.html, automation.json and automation.md into the folder and returns their
/// paths, the page first. Throws std::runtime_error.
std::vector<std::string> write_automation(const std::filesystem::path& folder,
                                          const AutomationStudy& study);

}  // namespace lifeboat::reports
