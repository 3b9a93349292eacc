// The document of a study of metastable states (format lifeboat/metastable/1) and its files.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "reports/studies/metastable_study.hpp"

namespace lifeboat::reports {

/// One JSON document, indented, with a line break at its end.
[[nodiscard]] std::string metastable_document(const Metastable& study);

/// Writes metastable.html, metastable.json and metastable.md into the folder and returns their
/// paths, the page first. Throws std::runtime_error.
std::vector<std::string> write_metastable(const std::filesystem::path& folder,
                                          const Metastable& study);

}  // namespace lifeboat::reports
