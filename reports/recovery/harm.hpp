// What hurt customers most: all requests that were not good, by where in the failover they arrived
// and what was wrong.
//
// A trial is cut into stretches that meet end to end: up to the fault, those of the critical path,
// and after recovered; a trial without a path has fewer. The bad requests of a bin that lies across
// a border are shared out by time, so that the sum over all stretches and causes is the number of
// all bad requests, as availability counts them.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reports/recovery/critical_path.hpp"
#include "reports/recovery/recovery.hpp"
#include "sim/time.hpp"
#include "sim/trial/result.hpp"

namespace lifeboat::reports {

struct HarmCause {
  std::string cause;  ///< of the failure; "late": answered, not in time; "unfinished"
  double share = 0;   ///< of the stretch's bad requests
};

/// Bad requests of a stretch.
struct HarmRow {
  std::string segment;  ///< a stretch of the critical path, or the like
  double per_trial = 0;
  double share = 0;               ///< of all bad requests
  std::vector<HarmCause> causes;  ///< the most frequent first
};

/// The stretches of a trial of that outcome, up to `end`; `path` may be empty.
[[nodiscard]] std::vector<PathStretch> stretches_of(const Recovery& whole,
                                                    std::span<const PathStretch> path,
                                                    sim::Instant end);

class Harm {
 public:
  /// Adds a trial's journey: its bins of `width`, over stretches as above.
  void add(std::span<const sim::ArrivalBin> series, sim::Duration width,
           std::span<const PathStretch> stretches);
  /// The worst first.
  [[nodiscard]] std::vector<HarmRow> rows(std::size_t trials) const;

 private:
  std::map<std::string, std::map<std::string_view, double>> sums_;  // by segment and cause
};

}  // namespace lifeboat::reports
