// What a sweep of one or two parameters found, as plain data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reports/comparison/comparison.hpp"

namespace lifeboat::reports {

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
  std::size_t met = 0;                 ///< of its objectives
  std::optional<double> declared_usd;  ///< a month, with what is kept apart
};

struct SweptRow {
  std::string label;
  std::string unit;
  bool is_objective = false;
  bool less_is_better = true;
  std::vector<ComparedFigure> figures;  ///< by point
  /// By point: the paired difference to the point before it on the last axis, and what it says.
  std::vector<std::optional<PairedDifference>> steps;
  std::vector<Difference> found;
  /// One axis of numbers: the point past which more brings little (reports/comparison/knee.hpp).
  std::optional<std::size_t> knee;
  /// One axis: points from which on the figure gets worse after it got better, or the reverse.
  std::vector<std::size_t> turns;
};

/// Of a figure: the points of which none is both as cheap and better, the cheapest first.
struct Frontier {
  std::string label;
  std::string unit;
  std::vector<std::size_t> points;
};

struct Sweep {
  std::string scenario;
  std::string title;
  std::vector<SweepAxis> axes;  ///< one or two
  std::vector<SweptPoint> points;
  std::vector<SweptRow> rows;
  std::vector<Frontier> frontiers;  ///< of the main figures, where costs differ
  /// The first and the last point that meet all objectives.
  std::optional<std::size_t> first_met;
  std::optional<std::size_t> last_met;
  std::vector<Finding> findings;
  std::uint64_t seed = 1;
  std::uint32_t trials = 0;
  bool interrupted = false;
};

/// A month's cost of a point: as declared where points differ in it, else of the row "cost" where
/// there is one.
[[nodiscard]] std::optional<double> cost_of(const Sweep& sweep, std::size_t point);

}  // namespace lifeboat::reports
