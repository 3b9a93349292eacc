// The sweep's document (format lifeboat/sweep/1) and its files.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "reports/comparison/sweep.hpp"

namespace lifeboat::reports {

/// One JSON document, indented, with a line break at its end; the same bytes for the same inputs,
/// whether points were kept or run.
[[nodiscard]] std::string sweep_document(const Sweep& sweep);

/// Writes sweep.html, sweep.json and sweep.md into the folder and returns their paths, the page
/// first. Throws std::runtime_error.
std::vector<std::string> write_sweep(const std::filesystem::path& folder, const Sweep& sweep);

}  // namespace lifeboat::reports
