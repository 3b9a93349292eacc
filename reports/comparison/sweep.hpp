// What a sweep of one or two parameters found, as plain data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reports/comparison/comparison.hpp"

namespace lifeboat::reports {

/// The path of the axis that is the standby's share.
inline constexpr const char* kStandbyAxis = "standby";

struct SweepAxis {
  std::string path;                 ///< as given: "platform.services.web.desiredCount", "strategy"
  std::string name;                 ///< its end, as tables call it: "desiredCount"
  std::vector<std::string> values;  ///< as given
  /// The values as numbers, in `unit`, if all are and they grow; else empty.
  std::vector<double> numbers;
  std::string unit;
};

/// One combination of values; the last axis changes fastest.
struct SweptPoint {
  std::vector<std::size_t> at;  ///< by axis, index of its value
  std::string name;             ///< "4", "4, 20s"
  std::string fingerprint;
  std::uint32_t trials = 0;  ///< 0: not reached
  bool kept = false;         ///< taken from what an earlier sweep had computed
  bool has_objectives = false;
  Verdict verdict = Verdict::kInconclusive;
  std::size_t met = 0;  ///< of its objectives
  std::optional<DeclaredCost> declared;
};

struct SweptRow {
  std::string label;
  std::string unit;
  bool is_objective = false;
  bool less_is_better = true;
  bool is_cost = false;
  std::vector<ComparedFigure> figures;  ///< by point
  /// By point: the paired difference to the point before it on the last axis, and what it says.
  std::vector<std::optional<PairedDifference>> steps;
  std::vector<Difference> found;
  /// One axis of numbers: the point past which more brings little (reports/comparison/knee.hpp).
  std::optional<std::size_t> knee;
  /// One axis: points from which on the figure gets worse after it got better, or the reverse.
  std::vector<std::size_t> turns;
};

/// What the step along a frontier costs, by what it brings.
struct StepPrice {
  double usd = 0;
  std::string per;  ///< "minute", "millisecond", "nine"
};

struct FrontierPoint {
  std::size_t point = 0;
  double monthly_usd = 0;
  std::optional<StepPrice> price;  ///< of the step from the point before it
};

/// Of a row: the points that none beats at their cost, the cheapest first (frontier.hpp).
struct Frontier {
  std::size_t row = 0;
  std::vector<FrontierPoint> points;
};

struct Sweep {
  std::string scenario;
  std::string title;
  std::vector<SweepAxis> axes;  ///< one or two
  std::vector<SweptPoint> points;
  std::vector<SweptRow> rows;
  std::vector<Frontier> frontiers;  ///< where costs differ
  /// The first and the last point that meet all objectives.
  std::optional<std::size_t> first_met;
  std::optional<std::size_t> last_met;
  std::vector<Finding> findings;  ///< those of some points name them
  std::uint64_t seed = 1;
  std::uint32_t trials = 0;
  bool interrupted = false;
};

/// A month's cost of a point: as declared, with what is kept apart, where points differ in it, else
/// the cost of its runs where the scenario is billed.
[[nodiscard]] std::optional<double> cost_of(const Sweep& sweep, std::size_t point);

}  // namespace lifeboat::reports
