// The twin's document (format lifeboat/twin/1) and its files.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "reports/twin/twin.hpp"

namespace lifeboat::reports {

/// One JSON document, indented, with a line break at its end; the same bytes for the same inputs.
[[nodiscard]] std::string twin_document(const Twin& twin);

/// Writes twin.html, twin.json, twin.md and traffic.json into the folder and returns their paths,
/// the page first. Throws std::runtime_error.
std::vector<std::string> write_twin(const std::filesystem::path& folder, const Twin& twin);

}  // namespace lifeboat::reports
