// A sizing and a headroom as a terminal and a pull request show them.
#pragma once

#include <string>
#include <vector>

#include "reports/sizing/sizing.hpp"

namespace lifeboat::reports {

[[nodiscard]] std::string size_text(const Sizing& sizing, bool colours,
                                    const std::vector<std::string>& files);
[[nodiscard]] std::string size_markdown(const Sizing& sizing);
[[nodiscard]] std::string headroom_text(const Headroom& headroom, bool colours,
                                        const std::vector<std::string>& files);
[[nodiscard]] std::string headroom_markdown(const Headroom& headroom);

/// What was found, in sentences: the head of every format.
[[nodiscard]] std::vector<std::string> size_sentences(const Sizing& sizing);
[[nodiscard]] std::vector<std::string> headroom_sentences(const Headroom& headroom);
/// "17 tasks", "db.r6g.2xlarge".
[[nodiscard]] std::string level_words(const std::string& level, const std::string& unit);
/// "1,234.56 USD a month", or "41 servers".
[[nodiscard]] std::string sized_cost_words(double cost, bool is_billed);

}  // namespace lifeboat::reports
