// An earlier run as what designs are compared with, read from its result document.
//
// Nothing of its trials is known but what the document says: estimates and their intervals. So
// differences to it are not paired. Their half width is the root of the sum of the squares of both
// half widths, each brought to the comparison's confidence by the normal distribution's quantiles
// (wider than need be by what the two runs have in common; a little too narrow with very few
// trials).
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "reports/comparison/comparison.hpp"

namespace lifeboat::reports {

struct BaselineFigure {
  double estimate = 0;
  std::optional<double> low;  ///< at kComparisonConfidence
  std::optional<double> high;
  std::optional<double> share_met;
  std::optional<Verdict> verdict;
};

struct Baseline {
  std::string name;  ///< of its file
  std::string scenario;
  std::string given;
  std::string fingerprint;
  bool ends_when_recovered = false;
  std::uint32_t trials = 0;
  Verdict verdict = Verdict::kInconclusive;
  bool has_objectives = false;
  std::optional<DeclaredCost> declared;
  /// By label: objectives as written, "availability", "bad-minutes", "journey:NAME mean" and
  /// "journey:NAME p(99)".
  std::map<std::string, BaselineFigure, std::less<>> figures;
};

/// Throws std::runtime_error, with the file and what is wrong, where it is no result document.
[[nodiscard]] Baseline read_baseline(const std::filesystem::path& file);

/// Puts it in front of the designs, as what they are compared with. `scenario` is the first
/// design's: a baseline of another gets a warning, as one that ended when it had recovered does.
void compare_with(Comparison& comparison, const Baseline& baseline, const std::string& scenario);

}  // namespace lifeboat::reports
