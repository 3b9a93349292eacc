// One scenario over trials, until its verdicts are settled.
//
// With a number of trials: exactly those, and one look at the end. Without: the planned looks
// (reports/verdict/verdict.hpp), until every verdict is settled at one. A budget stops it at the
// first look after it is spent. Trials are added in order, whatever the number of jobs. Then the
// trial of median recovery time runs once more, in detail, for the time series and the page.
//
// An interrupt ends the study with the trials that are complete; one that was cut short is
// dropped, since its figures would be those of another window.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "reports/document/report.hpp"
#include "reports/studies/run_input.hpp"

namespace lifeboat::reports {

struct StudyOptions {
  std::optional<std::uint32_t> trials;  ///< exactly that many, one look
  std::uint32_t first = 0;              ///< number of the first trial
  unsigned jobs = 1;
  std::optional<double> budget_s;  ///< wall-clock seconds
  bool detail = false;             ///< run the trial to show once more, in detail
  bool all_events = false;         ///< keep the incident log of every trial
};

struct StudyProgress {
  /// How many trials are planned now, and whether a look follows that may plan more.
  std::function<void(std::uint32_t trials, bool look)> plan;
  /// The share of a trial that has run; from any thread.
  std::function<void(std::uint32_t trial, double share)> advance;
};

struct Study {
  Report report;
  /// By trial, where all_events was asked for.
  std::vector<std::pair<std::uint32_t, std::vector<sim::IncidentEvent>>> events;
};

/// Throws std::logic_error on a broken invariant of the engine.
[[nodiscard]] Study run_study(const RunInput& input, const StudyOptions& options,
                              const StudyProgress& progress = {});

}  // namespace lifeboat::reports
