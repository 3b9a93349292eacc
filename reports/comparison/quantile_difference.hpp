// The difference of a quantile over trials between two designs that met the same luck.
//
// A quantile of few values that may be infinite (a trial that did not recover) has no influence of
// a trial to add up. So whole pairs are drawn anew, with replacement, as often as there are, and
// the difference of the two quantiles is read each time; its own quantiles are the interval (the
// percentile bootstrap, Efron 1979). Which pairs are drawn is a function of the count alone: the
// same bytes each time. No resample goes beyond the trials' own extremes, so with fewer than
// kLeastTrialsBeyond trials beyond the quantile on either side it is left out; with so many it
// covers 88 to 97 % where 95 are asked for (tests/reports/comparison), least for a far quantile of
// designs that share little luck.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "reports/comparison/paired.hpp"

namespace lifeboat::reports {

inline constexpr double kLeastTrialsBeyond = 4;

/// First less second: what the second saves. Pairs in which either value is missing are left out.
/// Nothing where no pair is left, or both quantiles are infinite; infinite where one is (all that
/// it took, or is worth). No interval then, or where too few trials lie beyond; an end that is
/// infinite is left out.
[[nodiscard]] std::optional<PairedDifference> quantile_saving(
    std::span<const std::optional<double>> first, std::span<const std::optional<double>> second,
    double q, double confidence);

}  // namespace lifeboat::reports
