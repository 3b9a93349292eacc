// A year's availability: each incident's scenario over trials, with and without its faults.
//
// Trial i of a scenario is run twice with the same customers and luck: as it is, and on the same
// day with nothing happening. What the first loses beyond the second is the incident's. Both run
// for the scenario's whole duration; an incident that lasts longer loses more than is counted,
// which the report says. An interrupt or a budget ends it between incidents, and the year is then
// that of those that were reached.
#pragma once

#include <functional>
#include <optional>

#include "reports/availability/year_report.hpp"
#include "reports/studies/run_input.hpp"
#include "reports/studies/run_study.hpp"
#include "scenarios/year/year.hpp"

namespace lifeboat::reports {

struct AvailabilityOptions {
  std::uint32_t trials = 5;  ///< at least 2
  unsigned jobs = 1;
  std::uint64_t seed = 1;
  std::optional<double> budget_s;  ///< wall-clock seconds: no incident begins after it
  std::string strategy;            ///< as reports call it
};

/// A scenario prepared for its whole duration; and whether the strategy asked for stands in it.
struct PreparedDay {
  RunInput input;
  bool with_strategy = false;
};
using PrepareDay = std::function<PreparedDay(const std::filesystem::path&, bool without_faults)>;

[[nodiscard]] YearReport study_availability(const scenarios::Year& year, const PrepareDay& prepare,
                                            const AvailabilityOptions& options,
                                            const StudyProgress& progress = {});

}  // namespace lifeboat::reports
