#include "reports/cost/cost.hpp"

#include "models/io/units.hpp"

namespace lifeboat::reports {
namespace {

models::prices::Bill bill_of(const CostInput& cost, const models::MeterReadings& used) {
  models::prices::SimulatedUse use;
  use.hours = used.hours();
  for (const MeterView& view : cost.meters) {
    const double monthly = view.meter.read(used) / used.hours() * models::io::kHoursPerMonth;
    use.meters.push_back(
        {view.service, view.region, std::string{view.meter.name}, view.unit, monthly});
  }
  return models::prices::make_bill(*cost.billing, &use);
}

}  // namespace

DeclaredCost declared_cost(const CostInput& cost) {
  const models::prices::Bill bill = models::prices::make_bill(*cost.billing);
  return {models::prices::to_double(bill.total.declared),
          models::prices::to_double(bill.apart.declared)};
}

CostReport cost_report(const CostInput& cost, const models::MeterReadings& used,
                       std::uint32_t trials) {
  CostReport report;
  report.bill = bill_of(cost, used);
  report.run_hours = used.hours() / trials;
  report.run = models::prices::over_hours(report.bill.total.simulated, report.run_hours);
  report.run_apart = models::prices::over_hours(report.bill.apart.simulated, report.run_hours);
  return report;
}

std::optional<double> monthly_usd(const CostInput& cost, const sim::TrialResult& trial) {
  models::MeterReadings used(cost.plan_rates);
  used.add(trial);
  if (!(used.hours() > 0)) return std::nullopt;
  return models::prices::to_double(bill_of(cost, used).total.simulated);
}

}  // namespace lifeboat::reports
