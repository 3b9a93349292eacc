// One trial: the pure function (network, seed, trial number) -> result, and trials on all cores.
//
// Time zero ends the warm-up. Requests that arrive in [0, duration) are measured and followed to
// their end while traffic goes on, for at most `follow`; what is left then is unfinished. Results
// arrive in trial order, whatever the number of jobs, and hold the same bytes.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "sim/network/network.hpp"
#include "sim/trial/listener.hpp"
#include "sim/trial/result.hpp"

namespace lifeboat::sim {

struct RunOptions {
  std::uint64_t seed = 1;
  Duration warmup;
  Duration duration = Duration::hours(1);
  Duration follow = Duration::minutes(1);
  Duration bin = Duration::seconds(10);          ///< of arrival series and sampled series
  Duration quantile_bin = Duration::minutes(1);  ///< of JourneyResult::latency_bins; infinite: off
  bool detail = false;                           ///< sampled series and the slowest 1 %
  /// Makes a listener for a trial, which hears its every event and at last its result.
  std::function<std::shared_ptr<Listener>(std::uint32_t trial)> listen;
  std::uint64_t memory_budget_bytes = 1ULL << 30;
  const std::atomic<bool>* interrupted = nullptr;  ///< set from outside: stop at the next bin
  std::function<void(double)> progress;            ///< told the share of the trial that has run
};

/// Runs one trial to its end. Throws std::logic_error on a broken invariant (audit, zero-time
/// loop); overload is a result.
[[nodiscard]] TrialResult run_trial(const Network& network, const RunOptions& options,
                                    std::uint32_t trial);

/// Runs trials first..last-1 on `jobs` threads; calls `done` in trial order from one thread at a
/// time. `done` returns false to stop (later trials are dropped). `progress`, if given, is told
/// the share of a trial that has run, from any thread.
void run_trials(const Network& network, const RunOptions& options, std::uint32_t first,
                std::uint32_t last, unsigned jobs, const std::function<bool(TrialResult&&)>& done,
                const std::function<void(std::uint32_t trial, double share)>& progress = {});

}  // namespace lifeboat::sim
