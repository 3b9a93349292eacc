// The document of a year's availability (format lifeboat/availability/1) and its files.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "reports/availability/year_report.hpp"

namespace lifeboat::reports {

/// One JSON document, indented, with a line break at its end; the same bytes for the same inputs.
[[nodiscard]] std::string year_document(const YearReport& report);

/// Writes availability.html, availability.json and availability.md into the folder and returns
/// their paths, the page first. Throws std::runtime_error.
std::vector<std::string> write_year(const std::filesystem::path& folder, const YearReport& report);

}  // namespace lifeboat::reports
