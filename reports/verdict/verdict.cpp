#include "reports/verdict/verdict.hpp"

#include <algorithm>
#include <cmath>

namespace lifeboat::reports {

namespace {

constexpr std::uint32_t kMostTrials = 1'000'000;

/// The smallest n in (from, kMostTrials] for which `settled` holds, given that it goes on
/// holding once it does (but for rounding of counts); nothing if none.
template <class Settled>
std::optional<std::uint32_t> smallest(std::uint32_t from, const Settled& settled) {
  std::uint32_t high = std::max(2U, from);
  while (!settled(high)) {
    if (high >= kMostTrials) return std::nullopt;
    high = std::min(kMostTrials, high * 2);
  }
  std::uint32_t low = high / 2;
  while (low + 1 < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    (settled(middle) ? high : low) = middle;
  }
  return high;
}

}  // namespace

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kMet:
      return "met";
    case Verdict::kMissed:
      return "missed";
    case Verdict::kInconclusive:
      return "inconclusive";
  }
  return "";
}

Verdict worst(std::span<const Verdict> verdicts) {
  Verdict whole = Verdict::kMet;
  for (const Verdict verdict : verdicts) {
    if (verdict == Verdict::kMissed) return verdict;
    if (verdict == Verdict::kInconclusive) whole = verdict;
  }
  return whole;
}

double error_of_a_look(bool planned) {
  return planned ? kError / static_cast<double>(std::size(kLooks)) : kError;
}

ChanceVerdict judge_chance(const Chance& seen, double needed, double error) {
  ChanceVerdict result;
  if (seen.trials == 0) return result;
  const double n = seen.trials;
  result.share = seen.met / n;
  result.share_low = sim::chance_lower_bound(seen.met, seen.trials, error);
  result.share_high = sim::chance_upper_bound(seen.met + seen.unsettled, seen.trials, error);
  if (seen.trials > 1 && result.share_low >= needed) {  // one trial settles nothing
    result.verdict = Verdict::kMet;
  } else if (seen.trials > 1 && result.share_high < needed) {
    result.verdict = Verdict::kMissed;
  } else if (seen.unsettled == 0) {
    const auto trials = sim::trials_to_settle(seen.met, seen.trials, needed, error, kMostTrials);
    if (trials) result.trials_to_settle = static_cast<std::uint32_t>(*trials);
  }
  return result;
}

ExpectationVerdict judge_expectation(const sim::Estimate& estimate, const Threshold& threshold,
                                     double error) {
  ExpectationVerdict result;
  if (estimate.trials < 2) return result;
  const auto [low, high] = estimate.interval;
  const double t = threshold.value;
  const double worse_end = threshold.below ? high : low;
  const double better_end = threshold.below ? low : high;
  const auto meets = [&](double x) {
    return (threshold.below ? x < t : x > t) || (threshold.or_equal && x == t);
  };
  if (meets(worse_end)) {
    result.verdict = Verdict::kMet;
  } else if (!meets(better_end)) {
    result.verdict = Verdict::kMissed;
  } else {
    // The standard error falls with the root of the number of trials.
    const double distance = std::abs(estimate.value - t);
    const double deviation =
        estimate.standard_error * std::sqrt(static_cast<double>(estimate.trials));
    if (distance <= 0) return result;
    result.trials_to_settle =
        smallest(static_cast<std::uint32_t>(estimate.trials) + 1, [&](std::uint32_t trials) {
          const double n = trials;
          return sim::student_t_quantile(1 - error, n - 1) * deviation / std::sqrt(n) < distance;
        });
  }
  return result;
}

}  // namespace lifeboat::reports
