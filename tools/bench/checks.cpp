#include "tools/bench/checks.hpp"

#include <stdexcept>

#include "models/io/problems.hpp"
#include "models/platform/load.hpp"
#include "scenarios/scenario/compile.hpp"
#include "scenarios/scenario/scenario.hpp"

namespace lifeboat::bench {

namespace {

/// Mean busy processors of all task groups at the scenario's first rates: visits times demands.
double offered_processors(const Subject& subject) {
  models::io::Problems problems;
  const auto scenario = scenarios::load_scenario(subject.scenario, subject.set, problems);
  if (!scenario) throw std::runtime_error("cannot read " + subject.scenario);
  const auto compiled = scenarios::compile_scenario(*scenario, problems);
  if (!compiled.network) throw std::runtime_error("cannot compile " + subject.scenario);
  std::vector<double> rates(compiled.network->journeys.size());
  for (std::size_t i = 0; i < scenario->loads.size(); ++i) {
    const std::string& journey = scenario->targets.journeys[i];
    rates[compiled.platform->journeys.at(journey).index()] = scenario->loads[i].at_start;
  }
  const models::NetworkLoad load = models::network_load(*compiled.network, rates);
  double processors = 0;
  for (const sim::TaskGroup& group : compiled.network->groups) {
    processors += load.deployment_cpu[group.deployment.index()];
  }
  return processors;
}

}  // namespace

Check mean_sojourn(double analytic_s) {
  Check check;
  check.what = "mean sojourn";
  check.unit = "s";
  check.analytic = [analytic_s](const Subject&) { return analytic_s; };
  check.part = [](const reports::RunInput&, const sim::TrialResult& result) {
    Part part;
    for (const sim::JourneyResult& journey : result.journeys) {
      const auto count = static_cast<double>(journey.latency.count());
      if (count > 0) part.numerator += journey.latency.mean_seconds() * count;
      part.denominator += count;
    }
    return part;
  };
  return check;
}

Check cpu_work(double slack) {
  Check check;
  check.what = "CPU in use";
  check.unit = "vCPU";
  check.analytic = offered_processors;
  check.part = [](const reports::RunInput&, const sim::TrialResult& result) {
    Part part;
    for (const sim::GroupResult& group : result.groups) part.numerator += group.cpu_used_seconds;
    part.denominator = result.measured.to_seconds();
    return part;
  };
  check.slack = slack;
  return check;
}

}  // namespace lifeboat::bench
