// Writing a study's files into a folder: result.json, report.html, timeseries.csv, events.jsonl
// and the resolved inputs below inputs/.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "reports/studies/run_input.hpp"
#include "reports/studies/run_study.hpp"

namespace lifeboat::reports {

/// Makes the folder where it is missing and fails early if nothing can be written there. Throws
/// std::runtime_error with the path and the reason.
void prepare_folder(const std::filesystem::path& folder);

/// Throws std::runtime_error with the path and the reason.
void write_file(const std::filesystem::path& path, const std::string& text);

/// Writes files of these names and texts, and returns their paths. Makes the folder. Throws
/// std::runtime_error with the path and the reason.
std::vector<std::string> write_all(const std::filesystem::path& folder,
                                   const std::vector<std::pair<std::string, std::string>>& files);

/// Writes all files and returns their paths, the page first. Throws std::runtime_error.
std::vector<std::string> write_files(const std::filesystem::path& folder, const Study& study,
                                     const RunInput& input);

}  // namespace lifeboat::reports
