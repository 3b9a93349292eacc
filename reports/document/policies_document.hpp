// The workbench of policies as documents: lifeboat/policies/1, and the files of --out.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "reports/studies/policy_study.hpp"

namespace lifeboat::reports {

[[nodiscard]] std::string policies_document(const PolicyBench& bench);

/// Writes policies.html, policies.json and policies.md and returns their paths. Throws
/// std::runtime_error.
std::vector<std::string> write_policies(const std::filesystem::path& folder,
                                        const PolicyBench& bench);

}  // namespace lifeboat::reports
