// Networks and trial results made by hand, for tests of what is read from them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "reports/studies/run_input.hpp"
#include "sim/network/network.hpp"
#include "sim/trial/result.hpp"

namespace lifeboat::tests {

/// Two regions, journeys "look" and "buy" (critical), a store "orders-db" in the class "orders".
inline std::shared_ptr<sim::Network> made_up_network() {
  auto network = std::make_shared<sim::Network>();
  network->regions = {"sg", "syd"};
  network->services = {"web"};
  sim::Journey look;
  look.name = "look";
  sim::Journey buy;
  buy.name = "buy";
  buy.critical = true;
  network->journeys = {look, buy};
  sim::ReplicationLog log;
  log.name = "orders-db";
  network->logs = {log};
  sim::RecordClass orders;
  orders.name = "orders";
  orders.critical = true;
  network->record_classes = {orders};
  sim::Commit commit;
  commit.logs = {sim::LogId{0}};
  commit.record = sim::RecordClassId{0};
  network->commits = {commit};
  return network;
}

inline reports::RunInput made_up_input() {
  reports::RunInput input;
  input.scenario = "made-up";
  input.network = made_up_network();
  input.options.duration = sim::Duration::hours(1);
  return input;
}

/// One hour; every fine bin of 10 s has `n` requests of each journey, answered in 100 ms.
inline sim::TrialResult made_up_trial(std::uint32_t trial, std::uint32_t n = 100) {
  sim::TrialResult result;
  result.trial = trial;
  result.draws = 1000 + trial;
  result.measured = sim::Duration::hours(1);
  result.records.resize(1);
  for (int j = 0; j < 2; ++j) {
    sim::JourneyResult journey;
    journey.bins.resize(360);
    journey.latency_bins.resize(60);
    for (auto& bin : journey.bins) bin.offered = bin.good = bin.succeeded = n;
    journey.offered = journey.good = journey.succeeded = std::uint64_t{360} * n;
    for (auto& bin : journey.latency_bins) {
      for (std::uint32_t i = 0; i < 6 * n; ++i) bin.add(sim::Duration::milliseconds(100));
      journey.latency.merge(bin);
    }
    journey.served_by = {journey.succeeded, 0};
    result.journeys.push_back(std::move(journey));
  }
  return result;
}

/// Fails all requests of a journey in the bins [first, last), with one cause.
inline void fail(sim::TrialResult& result, std::size_t journey, std::size_t first, std::size_t last,
                 sim::Cause cause) {
  sim::JourneyResult& one = result.journeys[journey];
  for (std::size_t i = first; i < last; ++i) {
    const std::uint32_t lost = one.bins[i].succeeded;
    one.bins[i].good = one.bins[i].succeeded = 0;
    one.bins[i].failed_by[static_cast<std::size_t>(cause)] += lost;
    one.failed_by[static_cast<std::size_t>(cause)] += lost;
    one.failed += lost;
    one.succeeded -= lost;
    one.good -= lost;
  }
  // All latencies are alike, so which are taken away does not matter.
  sim::Histogram left;
  for (std::uint64_t i = 0; i < one.succeeded; ++i) left.add(sim::Duration::milliseconds(100));
  one.latency = left;
}

/// A fault at 1,000 s and, if `seconds` is above 0, as many seconds in which "buy" fails.
inline sim::TrialResult made_up_failover(std::uint32_t trial, std::size_t seconds) {
  sim::TrialResult result = made_up_trial(trial);
  sim::IncidentEvent fault;
  fault.at = sim::Instant::from_seconds(1000);
  fault.kind = "fault";
  fault.subject = "lost";
  result.events = {fault};
  fail(result, 1, 100, 100 + seconds / 10, sim::Cause::kStaleRegion);
  return result;
}

}  // namespace lifeboat::tests
