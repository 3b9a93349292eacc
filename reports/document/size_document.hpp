// A sizing and a headroom as documents ("lifeboat/size/1", "lifeboat/headroom/1") and files.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "reports/sizing/sizing.hpp"

namespace lifeboat::reports {

[[nodiscard]] std::string size_document(const Sizing& sizing);
[[nodiscard]] std::string headroom_document(const Headroom& headroom);

/// Writes size.html, size.json, size.md, plan.overlay.json and plan/ (the scenario as it was
/// confirmed, to run again). Returns the paths. Throws std::runtime_error.
std::vector<std::string> write_sizing(const std::filesystem::path& folder, const Sizing& sizing);
/// Writes size.html, headroom.json and headroom.md.
std::vector<std::string> write_headroom(const std::filesystem::path& folder,
                                        const Headroom& headroom);

}  // namespace lifeboat::reports
