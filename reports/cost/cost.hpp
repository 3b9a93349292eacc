// What a run's platform costs: a month at the run's pace, and the run itself.
//
// Meters of all trials' measured windows over their hours, times the 730 hours of a billing month,
// give the simulated bill (models/prices/bill.hpp). The run's own cost is the share of that month
// which its measured hours are.
#pragma once

#include "models/platform/meter_readings.hpp"
#include "reports/document/report.hpp"
#include "reports/studies/run_input.hpp"

namespace lifeboat::reports {

/// Dollars of a month as declared: the same whatever a run does.
struct DeclaredCost {
  double billed_usd = 0;
  double apart_usd = 0;  ///< kept apart: not in that

  [[nodiscard]] double together_usd() const { return billed_usd + apart_usd; }
};
[[nodiscard]] DeclaredCost declared_cost(const CostInput& cost);

/// `used` has read at least one trial of a positive length; `trials` of them.
[[nodiscard]] CostReport cost_report(const CostInput& cost, const models::MeterReadings& used,
                                     std::uint32_t trials);

/// Dollars of a month at the pace of one trial, without what is kept apart; nothing for an empty
/// window.
[[nodiscard]] std::optional<double> monthly_usd(const CostInput& cost,
                                                const sim::TrialResult& trial);

}  // namespace lifeboat::reports
