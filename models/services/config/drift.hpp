// Drift: what is described otherwise in one region than in another.
#pragma once

#include <string>
#include <vector>

#include "models/platform/platform.hpp"

namespace lifeboat::models::config {

struct Difference {
  std::string service;    ///< empty: a quota of the region
  std::string parameter;  ///< "image", "healthCheck.interval"
  std::string here;       ///< as JSON; empty: not said there
  std::string there;
};

/// What differs between the deployments of each service in the two regions, and between the quotas
/// that the file says, apart from the parameters in `expected` (first words of their path; "quotas"
/// for those). A service of one region alone differs in nothing: it may not be meant for the other.
[[nodiscard]] std::vector<Difference> drift(const Platform& platform, const std::string& here,
                                            const std::string& there,
                                            const std::vector<std::string>& expected);

/// How soon at the latest a rule finds what comes to differ while all runs: within minutes of the
/// change where items are recorded continuously (AWS Config FAQ, as of 2026-11: "within minutes";
/// 15 is a guess, 5 to 30), else at the end of the day.
[[nodiscard]] sim::Duration drift_found_within(bool continuous);

}  // namespace lifeboat::models::config
