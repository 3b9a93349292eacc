// The document of a sensitivity study (format lifeboat/sensitivity/1) and its files.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "reports/comparison/sensitivity.hpp"

namespace lifeboat::reports {

/// One JSON document, indented, with a line break at its end; the same bytes for the same inputs.
[[nodiscard]] std::string sensitivity_document(const Sensitivity& study);

/// Writes sensitivity.html, sensitivity.json and sensitivity.md into the folder and returns their
/// paths, the page first. Throws std::runtime_error.
std::vector<std::string> write_sensitivity(const std::filesystem::path& folder,
                                           const Sensitivity& study);

}  // namespace lifeboat::reports
