// Recovery strategies by name: what stands in the region that takes over, and how it does.
//
// A strategy is two files of one name: an overlay of a platform that says so ("strategy": what
// stands in the other region) and a runbook. A scenario that names one strategy's files can be run
// with those of another: the overlay that is a strategy and the runbooks that leave a region
// unplanned are replaced; other overlays (variants of the platform) and runbooks (in place, or
// planned) stay.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "models/io/document.hpp"
#include "models/io/files.hpp"
#include "models/io/problems.hpp"

namespace lifeboat::scenarios {

/// See the file comment.
struct Strategy {
  std::string name;
  std::string title;     ///< what stands in the other region: one line
  std::string platform;  ///< the one that it is made for
  std::filesystem::path overlay;
  std::filesystem::path runbook;
};

/// Those that ship, the least prepared first: by what AWS's disaster-recovery guidance calls them,
/// and any others after them by name.
[[nodiscard]] std::vector<Strategy> shipped_strategies(const models::io::DataRoot& root);

/// The scenario with the strategy's overlay and runbook in the place of its own. An error where
/// it names no overlay or no runbook that these could stand in for.
[[nodiscard]] models::io::Value with_strategy(const models::io::Value& scenario,
                                              const Strategy& strategy,
                                              models::io::Problems& problems);

}  // namespace lifeboat::scenarios
