#include "tools/bench/checks.hpp"

#include <stdexcept>

#include "models/io/problems.hpp"
#include "models/platform/load.hpp"
#include "scenarios/scenario/compile.hpp"
#include "scenarios/scenario/scenario.hpp"
#include "sim/analytic/cache.hpp"

namespace lifeboat::bench {

namespace {

/// Mean busy processors of all task groups at the scenario's first rates: visits times demands.
double offered_processors(const Subject& subject) {
  models::io::Problems problems;
  const auto scenario = scenarios::load_scenario(subject.scenario, {subject.set, {}}, problems);
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

Check make(std::string what, std::string unit, double analytic,
           std::function<Part(const reports::RunInput&, const sim::TrialResult&)> part) {
  Check check;
  check.what = std::move(what);
  check.unit = std::move(unit);
  check.analytic = [analytic](const Subject&) { return analytic; };
  check.part = std::move(part);
  return check;
}

const reports::DeploymentView& deployment(const reports::RunInput& input,
                                          const std::string& service) {
  for (const reports::DeploymentView& view : input.deployments) {
    if (view.service == service && view.headline) return view;
  }
  throw std::runtime_error("there is no service " + service);
}

}  // namespace

Check mean_sojourn(double analytic_s) {
  return make("mean sojourn", "s", analytic_s,
              [](const reports::RunInput&, const sim::TrialResult& result) {
                Part part;
                for (const sim::JourneyResult& journey : result.journeys) {
                  const auto count = static_cast<double>(journey.latency.count());
                  if (count > 0) part.numerator += journey.latency.mean_seconds() * count;
                  part.denominator += count;
                }
                return part;
              });
}

Check questions_per_user(double analytic_per_s) {
  return make("questions a user", "/s", analytic_per_s,
              [](const reports::RunInput& input, const sim::TrialResult& result) {
                const double users = input.network->sources.at(0).users;
                Part part{0, users * result.measured.to_seconds()};
                for (const sim::JourneyResult& journey : result.journeys) {
                  part.numerator += static_cast<double>(journey.offered);
                }
                return part;
              });
}

Check share_failed(double analytic) {
  return make("share given up", "", analytic,
              [](const reports::RunInput&, const sim::TrialResult& result) {
                Part part;
                for (const sim::JourneyResult& journey : result.journeys) {
                  part.numerator += static_cast<double>(journey.failed);
                  part.denominator += static_cast<double>(journey.failed + journey.succeeded);
                }
                return part;
              });
}

Check station_throughput(const std::string& service, double analytic_per_s) {
  return make("throughput of " + service, "/s", analytic_per_s,
              [service](const reports::RunInput& input, const sim::TrialResult& result) {
                const auto station = *deployment(input, service).headline;
                return Part{static_cast<double>(result.stations[station.index()].completions),
                            result.measured.to_seconds()};
              });
}

Check task_utilization(double analytic) {
  return make("utilization", "", analytic,
              [](const reports::RunInput&, const sim::TrialResult& result) {
                Part part;
                for (const sim::GroupResult& group : result.groups) {
                  part.numerator += group.cpu_used_seconds;
                  part.denominator += group.cpu_reserved_seconds;
                }
                return part;
              });
}

Check hit_ratio() {
  constexpr double kSlackOfChe = 0.005;
  Check check =
      make("hit ratio", "", 0, [](const reports::RunInput&, const sim::TrialResult& result) {
        const sim::CacheResult& cache = result.caches.at(0);
        return Part{static_cast<double>(cache.hits),
                    static_cast<double>(cache.hits + cache.misses)};
      });
  check.analytic = [](const Subject& subject) {
    const sim::Cache& cache = subject.input.network->caches.at(0);
    const sim::KeySpace& keys = subject.input.network->key_spaces[cache.keys.index()];
    return sim::analytic::che_hit_ratio(sim::analytic::zipf_popularities(keys.count, keys.zipf),
                                        cache.capacity);
  };
  check.slack = kSlackOfChe;
  return check;
}

Check cpu_work(double slack) {
  Check check =
      make("CPU in use", "vCPU", 0, [](const reports::RunInput&, const sim::TrialResult& result) {
        Part part{0, result.measured.to_seconds()};
        for (const sim::GroupResult& group : result.groups) {
          part.numerator += group.cpu_used_seconds;
        }
        return part;
      });
  check.analytic = offered_processors;
  check.slack = slack;
  return check;
}

}  // namespace lifeboat::bench
