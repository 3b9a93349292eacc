// Designs compared: the same trials of each, with the same luck, and the differences between them.
//
// Trials run in rounds, all variants of a round one after the other; a round counts once all have
// run it, so that an interrupt leaves whole pairs. The first variant is what the others are
// compared with. Variants should run for the same time: a trial that ended when it had recovered
// would compare a short window with a long one (PrepareOptions::whole_duration).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "reports/comparison/comparison.hpp"
#include "reports/studies/run_input.hpp"
#include "reports/studies/run_study.hpp"

namespace lifeboat::reports {

struct Variant {
  std::string name;
  RunInput input;
};

struct CompareOptions {
  std::uint32_t trials = 20;
  unsigned jobs = 1;
  std::optional<double> budget_s;  ///< wall-clock seconds: no round begins after it
  /// Told every trial that counts, of each variant by number, in order.
  std::function<void(std::size_t variant, const sim::TrialResult& result)> see;
};

/// Variants of one seed, at least two unless they are compared with a baseline, and two trials.
/// `progress.plan` is told the trials of all variants together.
[[nodiscard]] Comparison compare_variants(const std::vector<Variant>& variants,
                                          const CompareOptions& options,
                                          const StudyProgress& progress = {});

}  // namespace lifeboat::reports
