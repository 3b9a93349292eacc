// A twin of a trace: fitted to its first part and held against the rest, then fitted to all of it.
//
// The check is a simulation: the file of traffic that the first part gives is read and planned as a
// scenario's is, and its arrivals are drawn trial by trial over the time of the held-back part.
// Held-back counts and trials are summed up by the same rules; what the data have no count for
// counts in neither.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

#include "reports/studies/run_study.hpp"
#include "reports/twin/twin.hpp"

namespace lifeboat::reports {

struct TwinOptions {
  double hold_back = 0.5;  ///< share of the trace, its end; 0: no check
  scenarios::TwinChanges changes;
  scenarios::TwinNames names;
  std::uint64_t seed = 1;
  std::uint32_t trials = 40;
  unsigned jobs = 1;
  const std::atomic<bool>* interrupted = nullptr;
};

/// The series has a count above zero.
[[nodiscard]] Twin make_twin(std::string file, const scenarios::CountSeries& series,
                             const TwinOptions& options, const StudyProgress& progress = {});

/// Counts of the stream's arrivals in the bins of [0, bins x bin), in each trial, of a file of
/// traffic on its own clock. Throws std::logic_error where the file has a mistake.
[[nodiscard]] std::vector<std::vector<std::uint32_t>> simulate_traffic(
    const std::string& traffic, const std::string& stream, sim::Duration bin, std::size_t bins,
    const TwinOptions& options, const StudyProgress& progress = {});

/// See TwinCheck: `seen` and each trial are counts of the same bins from `series.start_ns` on.
[[nodiscard]] TwinCheck check_twin(const scenarios::CountSeries& series,
                                   const scenarios::TrafficFit& fit,
                                   const std::vector<std::vector<std::uint32_t>>& trials);

}  // namespace lifeboat::reports
