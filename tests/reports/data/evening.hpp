// A scenario of a way back, run once, and what its log and its openings say.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/trial/trial.hpp"
#include "tests/catch.hpp"
#include "tests/reports/shipped_input.hpp"

namespace lifeboat::reports {

struct Evening {
  std::shared_ptr<const sim::Network> network;
  sim::TrialResult result;
};

inline Evening evening_of(
    const std::string& scenario, std::uint32_t trial, std::vector<std::string> set = {},
    std::function<std::shared_ptr<sim::Listener>(std::uint32_t)> listen = {}) {
  const RunInput input = shipped_input(scenario, std::move(set));
  sim::RunOptions run = input.options;
  run.listen = std::move(listen);
  return {input.network, sim::run_trial(*input.network, run, trial)};
}

inline std::string region_of(const Evening& evening, sim::DeploymentId id) {
  const auto region = evening.network->deployments[id.index()].region;
  return region.valid() ? evening.network->regions[region.index()] : std::string();
}

/// What the opening of a store's copy in that region lost.
inline std::optional<sim::LossResult> opening_in(const Evening& evening, const std::string& region,
                                                 const std::string& store = "orders-db") {
  for (const sim::LossResult& loss : evening.result.losses) {
    const sim::ReplicationLog& log = evening.network->logs[loss.log.index()];
    if (log.name == store && region_of(evening, log.to) == region) return loss;
  }
  return std::nullopt;
}

inline std::optional<double> when_told(const Evening& evening, const std::string& kind,
                                       const std::string& subject) {
  for (const sim::IncidentEvent& event : evening.result.events) {
    if (event.kind == kind && event.subject == subject) return event.at.to_seconds();
  }
  return std::nullopt;
}

/// Checkouts that were not served well among those that arrived in [from, to).
inline double bad_checkouts(const Evening& evening, double from, double to) {
  std::size_t journey = 0;
  while (evening.network->journeys.at(journey).name != "checkout") ++journey;
  const sim::JourneyResult& checkout = evening.result.journeys.at(journey);
  const double width = evening.result.bin.to_seconds();
  double bad = 0;
  for (std::size_t i = 0; i < checkout.bins.size(); ++i) {
    const double at = static_cast<double>(i) * width;
    if (at >= from && at < to) bad += checkout.bins[i].offered - checkout.bins[i].good;
  }
  return bad;
}

}  // namespace lifeboat::reports
