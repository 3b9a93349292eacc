// One trial as figures are read from it: the result, and what was worked out of it first.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "reports/availability/phases.hpp"
#include "reports/recovery/recovery.hpp"
#include "reports/rpo/rpo.hpp"
#include "reports/studies/run_input.hpp"
#include "sim/trial/result.hpp"

namespace lifeboat::reports {

struct TrialView {
  const RunInput* input = nullptr;
  const sim::TrialResult* result = nullptr;
  sim::Instant end;  ///< of the measured window
  std::vector<FaultSpan> faults;
  std::vector<Recovery> journeys;  ///< by journey
  Recovery whole;
  TrialLoss loss;
};

/// Works out recoveries and losses of a trial. Both arguments must outlive the view.
[[nodiscard]] TrialView view_of(const RunInput& input, const sim::TrialResult& result);

/// Journeys that decide on the whole: the critical ones, or all with an entry if none is.
[[nodiscard]] std::vector<std::size_t> critical_journeys(const sim::Network& network);

/// Journeys with an entry (not followed ones) that customers ask for, which availability counts.
[[nodiscard]] std::vector<std::size_t> entry_journeys(const sim::Network& network);

/// Faults of a trial, by start, from its incident log.
[[nodiscard]] std::vector<FaultSpan> faults_of(const sim::TrialResult& result);

/// Requests of a journey that arrived in windows, and the answers' latencies.
struct Arrivals {
  double offered = 0;
  double succeeded = 0;
  double good = 0;
  double failed = 0;
};
/// By bins of `width`: the trial's own, or whole multiples of it (coarse, for latencies).
[[nodiscard]] Arrivals arrivals_in(const sim::TrialResult& result, std::size_t journey,
                                   const Windows& windows, sim::Duration width);
/// Latencies of successes, by bins of `quantile_bin`.
[[nodiscard]] sim::Histogram latencies_in(const sim::TrialResult& result, std::size_t journey,
                                          const Windows& windows, sim::Duration quantile_bin);

}  // namespace lifeboat::reports
