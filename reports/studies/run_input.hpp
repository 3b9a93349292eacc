// What a run is given: a scenario that was read, checked and compiled.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/platform/kind.hpp"
#include "models/prices/billing.hpp"
#include "reports/document/report.hpp"
#include "reports/recovery/recovery.hpp"
#include "scenarios/objectives/objective.hpp"
#include "sim/network/network.hpp"
#include "sim/trial/trial.hpp"

namespace lifeboat::reports {

/// Where in the network the figures of one deployment stand.
struct DeploymentView {
  std::string service;
  std::string region;  ///< empty: global
  std::string kind;
  std::optional<sim::StationId> headline;
  std::vector<std::pair<std::string, sim::StationId>> stations;
  std::optional<sim::TaskGroupId> tasks;
  std::vector<sim::CacheId> caches;
  std::vector<sim::BufferId> buffers;
};

/// One row of the load table: offered load over capacity.
struct LoadRow {
  std::string service;
  std::string region;
  std::string capacity;  ///< in words: "4 tasks"
  std::optional<double> mean;
  std::optional<double> peak;
  std::optional<double> failover;
};

/// A value without a published source, on which figures may rest.
struct UnsourcedValue {
  std::string path;
  std::string value;
  std::string range;
  std::string note;
};

/// The wall clock at time 0.
struct WallClock {
  std::string start;  ///< "2026-11-11T19:20:00"
  std::string time_zone;
  std::int64_t utc_offset_s = 0;
  std::int64_t unix_s = 0;  ///< seconds since 1970, UTC
};

/// A meter of one deployment.
struct MeterView {
  std::string service;
  std::string region;  ///< empty: global
  std::string unit;
  models::Meter meter;
};

/// What makes a bill of a run.
struct CostInput {
  std::shared_ptr<const models::prices::Billing> billing;
  std::vector<double> plan_rates;  ///< in what shares visits belong to operations
  std::vector<MeterView> meters;
};

struct RunInput {
  std::string scenario;
  std::string title;
  std::string platform;
  std::string strategy;  ///< chosen in the place of the scenario's own; empty: that one
  std::string given;     ///< "Singapore lost at 20:20"; empty: no fault is injected
  std::shared_ptr<const sim::Network> network;
  sim::RunOptions options;
  bool ends_when_recovered = false;  ///< trials end soon after they have recovered
  bool steady = false;               ///< constant traffic, no fault: batch means are allowed
  RecoveryRule recovery;
  std::vector<scenarios::Objective> objectives;
  std::vector<NamedWindow> windows;  ///< named phases and traffic events
  std::vector<DeploymentView> deployments;
  std::optional<WallClock> clock;
  std::vector<std::pair<std::string, std::string>> regions;  ///< name and place: sg, Singapore
  std::vector<std::vector<std::string>> zones;               ///< names, by region of the network
  std::vector<std::pair<std::string, std::string>> inputs;   ///< resolved files: name and text
  std::vector<LoadRow> load;
  std::optional<CostInput> cost;  ///< where the platform declares a billing
  std::vector<UnsourcedValue> unsourced;
  std::vector<Finding> findings;  ///< warnings of the readers
};

}  // namespace lifeboat::reports
