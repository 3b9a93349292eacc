// What a comparison of designs found, as plain data: printed as text, Markdown, JSON and a page.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reports/comparison/paired.hpp"
#include "reports/cost/cost.hpp"
#include "reports/document/report.hpp"

namespace lifeboat::reports {

/// Two-sided, of every difference: one in twenty of designs that are equal in a figure, and whose
/// luck differs, seems different in it.
inline constexpr double kComparisonConfidence = 0.95;

/// A variant's figure.
struct ComparedFigure {
  std::optional<double> estimate;
  std::optional<double> low;
  std::optional<double> high;
  std::optional<double> share_met;  ///< of trials, of a figure that is judged as a chance
  /// Of trials, of a figure that is one value a trial: in the others it is not known (no recovery
  /// by the end), and it is not in the estimate.
  std::optional<double> share_settled;
  std::optional<Verdict> verdict;  ///< of an objective of its own scenario
};

/// A variant's difference to the first.
enum class Difference : std::uint8_t {
  kNone,    ///< no figure to compare
  kSame,    ///< equal in every trial
  kNoise,   ///< the interval has zero in it
  kBetter,  ///< real, and what is wanted
  kWorse,   ///< real, and not what is wanted
};

struct ComparedRow {
  std::string label;  ///< an objective as written, or the figure's name
  std::string unit;   ///< as ObjectiveReport::unit
  bool is_objective = false;
  bool less_is_better = true;
  std::vector<ComparedFigure> figures;                       ///< by variant
  std::vector<std::optional<PairedDifference>> differences;  ///< by variant; none of the first
  std::vector<Difference> found;                             ///< by variant
  /// The variant that is better than every other by a real difference.
  std::optional<std::size_t> winner;
};

struct ComparedVariant {
  std::string name;  ///< as asked for
  std::string title;
  std::string given;
  std::string fingerprint;
  Verdict verdict = Verdict::kInconclusive;
  bool has_objectives = false;
  std::optional<DeclaredCost> declared;
  std::vector<Finding> findings;
};

/// A measure over time from time 0 on, means over trials, for the small multiples.
struct ComparedSeries {
  std::string measure;  ///< "good share", "offered"
  std::string unit;
  double step_s = 0;
  std::vector<std::vector<std::optional<double>>> values;  ///< by variant, by step
};

struct Comparison {
  std::vector<ComparedVariant> variants;
  std::vector<ComparedRow> rows;
  std::vector<ComparedSeries> series;
  std::uint64_t seed = 1;
  std::uint32_t trials = 0;  ///< pairs
  /// Of the earlier run that the designs are compared with, if it is one (baseline.hpp); it is then
  /// the first variant, and no difference is paired.
  std::optional<std::uint32_t> baseline_trials;
  bool interrupted = false;
};

/// By how many rows a variant is better, worse, or not told apart from the first.
struct DifferenceCount {
  std::size_t better = 0;
  std::size_t worse = 0;
  std::size_t apart = 0;  ///< no difference shown
  std::size_t same = 0;
};
[[nodiscard]] DifferenceCount count_differences(const Comparison& comparison, std::size_t variant);

}  // namespace lifeboat::reports
