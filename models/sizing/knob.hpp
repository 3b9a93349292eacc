// Knobs: what a planner may change of a deployment to give it more or less capacity.
//
// A knob is one parameter of a deployment with a ladder of levels, from small to large: whole
// numbers (tasks, replicas, shards) or names in the order of their size (instance classes). Which
// parameters of which kind are knobs, in what bounds, and what a level uses of the meters that the
// bill prices, is a table with a row a parameter (knob_table.cpp). A deployment whose file says
// nothing of a parameter has the kind's default as its level.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/platform/platform.hpp"

namespace lifeboat::models {

/// What a level uses of a meter of its deployment in a month of 730 hours, in the meter's unit.
struct KnobUse {
  std::string meter;  ///< "vcpu-hours"
  double monthly = 0;
};

struct Knob {
  std::string service;
  std::string region;
  std::string kind;
  std::string parameter;  ///< "desiredCount", "provisionedThroughput.readCapacityUnits"
  std::string unit;       ///< "tasks"
  std::int64_t now = 0;
  std::int64_t least = 1;
  std::int64_t most = 1;
  std::int64_t step = 1;
  /// Names of the levels least..most and their sizes; empty where levels are numbers.
  std::vector<std::string> names;
  std::vector<double> sizes;
  /// So that the count stands still: other parameters of the deployment that are set to the same
  /// number (the bounds of its scaling), and lists that are emptied (policies of any kind, which
  /// may move these bounds).
  std::vector<std::string> together;
  std::vector<std::string> emptied;
  std::vector<KnobUse> each;  ///< of one unit of a number, or of one of a name's size
  /// The levels are instances that stand spread over the zones: one zone less takes its share.
  bool spread = false;
  /// The stations that these instances make have names that begin so; empty: all the deployment's.
  std::string stations;
  /// What a unit weighs where no bill prices it: a server, task or node is 1.
  double weight = 1;

  /// Capacity in proportion: the number, or the name's size.
  [[nodiscard]] double size(std::int64_t level) const;
  [[nodiscard]] std::string text(std::int64_t level) const;
  /// A merge patch of the service's deployment, as pairs of a dotted parameter and a JSON value.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> settings(std::int64_t level) const;
};

/// The knobs of all deployments of a platform, in file order.
[[nodiscard]] std::vector<Knob> knobs_of(const Platform& platform);

}  // namespace lifeboat::models
