// The workbench of policies as text: for a terminal, and as a Markdown table.
#pragma once

#include <string>
#include <vector>

#include "reports/studies/policy_study.hpp"

namespace lifeboat::reports {

/// 80 columns; `files` are those that were written, for the last lines.
[[nodiscard]] std::string policies_text(const PolicyBench& bench, bool colours,
                                        const std::vector<std::string>& files);

/// One table, a row a policy.
[[nodiscard]] std::string policies_markdown(const PolicyBench& bench);

/// What is suggested and why, and what to know of it.
[[nodiscard]] std::vector<std::string> policies_sentences(const PolicyBench& bench);

}  // namespace lifeboat::reports
