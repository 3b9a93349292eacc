// The difference of a quantile over trials between two designs that met the same luck.
//
// A quantile of few values that may be infinite (a trial that did not recover) has no influence of
// a trial to add up. So whole pairs are drawn anew, with replacement, as often as there are, and
// the difference of the two quantiles is read each time; its own quantiles are the interval (the
// percentile bootstrap, Efron 1979). Which pairs are drawn is a function of the count alone: the
// same bytes each time. It covers about what it says or more, being up to a third too wide, where
// at least kLeastTrialsBeyond trials lie beyond the quantile on either side, and is left out
// elsewhere.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "reports/comparison/paired.hpp"

namespace lifeboat::reports {

inline constexpr double kLeastTrialsBeyond = 2;

/// First less second: what the second saves. Pairs in which either value is missing are left out.
/// Nothing where no pair is left, or either quantile is infinite. No interval where too few trials
/// lie beyond; an end that is infinite is left out.
[[nodiscard]] std::optional<PairedDifference> quantile_saving(
    std::span<const std::optional<double>> first, std::span<const std::optional<double>> second,
    double q, double confidence);

}  // namespace lifeboat::reports
