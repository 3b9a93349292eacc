#include "reports/verdict/verdict.hpp"

#include <cmath>
#include <limits>

#include "reports/verdict/summary.hpp"
#include "tests/catch.hpp"

namespace lifeboat::reports {

TEST_CASE("A look at ten clean trials does not show 95 percent; 59 trials do, or 94 with the looks",
          "[oracle]") {
  // n clean trials refute every chance below error^(1/n): 0.05^(1/10) = 0.741, 0.05^(1/59) =
  // 0.9505, and 0.05^(1/58) = 0.9497; with a sixth of the error 94 trials give 0.9503, 93 0.9498.
  const ChanceVerdict ten = judge_chance({.trials = 10, .met = 10}, 0.95, error_of_a_look(false));
  CHECK(ten.verdict == Verdict::kInconclusive);
  CHECK(ten.share_low == Approx(std::pow(0.05, 0.1)).epsilon(1e-9));
  CHECK(ten.trials_to_settle == 59U);
  CHECK(judge_chance({.trials = 58, .met = 58}, 0.95, 0.05).verdict == Verdict::kInconclusive);
  CHECK(judge_chance({.trials = 59, .met = 59}, 0.95, 0.05).verdict == Verdict::kMet);

  const double planned = error_of_a_look(true);
  CHECK(planned == Approx(0.05 / 6));
  CHECK(judge_chance({.trials = 10, .met = 10}, 0.95, planned).trials_to_settle == 94U);
  CHECK(judge_chance({.trials = 40, .met = 40}, 0.95, 0.05).share_low ==
        Approx(0.928).margin(5e-4));
  CHECK(judge_chance({.trials = 100, .met = 100}, 0.95, planned).verdict == Verdict::kMet);
}

TEST_CASE("A chance is missed when even its upper bound is too low", "[oracle]") {
  // No success of n: the upper bound is 1 - error^(1/n).
  const ChanceVerdict none = judge_chance({.trials = 2, .met = 0}, 0.95, 0.05);
  CHECK(none.share_high == Approx(1 - std::sqrt(0.05)).epsilon(1e-9));
  CHECK(none.verdict == Verdict::kMissed);
}

TEST_CASE("One trial gives no verdict on a chance", "[unit]") {
  CHECK(judge_chance({.trials = 1, .met = 1}, 0.04, 0.05).verdict == Verdict::kInconclusive);
  CHECK(judge_chance({.trials = 1, .met = 0}, 0.99, 0.05).verdict == Verdict::kInconclusive);
  CHECK(judge_chance({}, 0.95, 0.05).verdict == Verdict::kInconclusive);
}

TEST_CASE("Trials that are not settled count against either verdict", "[unit]") {
  // 59 clean trials are met; with one of them open, neither bound decides.
  const ChanceVerdict open = judge_chance({.trials = 59, .met = 58, .unsettled = 1}, 0.95, 0.05);
  CHECK(open.verdict == Verdict::kInconclusive);
  CHECK(open.share_high == 1);
  const ChanceVerdict all = judge_chance({.trials = 100, .met = 0, .unsettled = 100}, 0.95, 0.05);
  CHECK(all.verdict == Verdict::kInconclusive);
  CHECK_FALSE(all.trials_to_settle.has_value());
}

TEST_CASE("A sure thing cannot be shown by trials", "[unit]") {
  const ChanceVerdict all = judge_chance({.trials = 10, .met = 10}, 1.0, 0.05);
  CHECK(all.verdict == Verdict::kInconclusive);
  CHECK_FALSE(all.trials_to_settle.has_value());
}

TEST_CASE("An expectation is judged by the interval of its mean", "[unit]") {
  const double values[] = {9, 10, 11};  // standard error 1/sqrt(3), t(0.95, 2) = 2.92: +- 1.686
  const sim::Estimate estimate = sim::mean_estimate(values, 0.9);
  CHECK(judge_expectation(estimate, {.value = 11.7}, 0.05).verdict == Verdict::kMet);
  CHECK(judge_expectation(estimate, {.value = 11.6}, 0.05).verdict == Verdict::kInconclusive);
  CHECK(judge_expectation(estimate, {.value = 8.3}, 0.05).verdict == Verdict::kMissed);
  CHECK(judge_expectation(estimate, {.value = 8.3, .below = false}, 0.05).verdict == Verdict::kMet);
  CHECK(judge_expectation(estimate, {.value = 11.7, .below = false}, 0.05).verdict ==
        Verdict::kMissed);
  // 1.6 away needs t s / sqrt(n) < 1.6 with s = 1: n = 4 gives 2.353 / 2 = 1.18.
  CHECK(judge_expectation(estimate, {.value = 11.6}, 0.05).trials_to_settle == 4U);
}

TEST_CASE("A mean without spread is judged exactly", "[unit]") {
  const double ones[] = {1, 1, 1};
  const sim::Estimate estimate = sim::mean_estimate(ones, 0.9);
  CHECK(judge_expectation(estimate, {.value = 1, .below = false, .or_equal = true}, 0.05).verdict ==
        Verdict::kMet);
  CHECK(judge_expectation(estimate, {.value = 1, .below = false}, 0.05).verdict ==
        Verdict::kMissed);
  CHECK(judge_expectation(estimate, {.value = 0.99, .below = false}, 0.05).verdict ==
        Verdict::kMet);
  const sim::Estimate one = sim::mean_estimate({ones, 1}, 0.9);
  CHECK(judge_expectation(one, {.value = 0.5, .below = false}, 0.05).verdict ==
        Verdict::kInconclusive);
}

TEST_CASE("Missed beats inconclusive beats met", "[unit]") {
  const Verdict all[] = {Verdict::kMet, Verdict::kInconclusive, Verdict::kMissed};
  CHECK(worst(all) == Verdict::kMissed);
  CHECK(worst({all, 2}) == Verdict::kInconclusive);
  CHECK(worst({all, 1}) == Verdict::kMet);
  CHECK(worst({}) == Verdict::kMet);
}

TEST_CASE("A quantile of a sample is a value that occurred", "[unit]") {
  std::vector<double> values(40);
  for (std::size_t i = 0; i < 40; ++i) values[i] = static_cast<double>(40 - i);
  CHECK(sample_quantile(values, 0.5) == 20);   // the 20th of 40
  CHECK(sample_quantile(values, 0.95) == 38);  // the 38th: 0.95 x 40 = 38 exactly
  CHECK(sample_quantile(values, 1) == 40);
  values[0] = std::numeric_limits<double>::infinity();
  CHECK(sample_quantile(values, 0.95) == 38);
  CHECK(std::isinf(sample_quantile(values, 1)));
  const double one[] = {3};
  CHECK(sample_quantile(one, 0.01) == 3);
}

// Two trials, 0 and 10: mean 5, standard error 5, t(0.95; 1) = 6.31: the plain interval is -26.6
// to 36.6.
TEST_CASE("An interval ends where the quantity does", "[unit]") {
  const Summary summary = summary_of(std::vector<double>{0, 10}, 0.9);
  CHECK(summary.low.value() == 0);
  CHECK(summary.high.value() == Approx(36.57).epsilon(1e-3));
  CHECK(possible_part({-0.1, 1.2}, true).low == 0);
  CHECK(possible_part({-0.1, 1.2}, true).high == 1);
  CHECK(possible_part({0.3, 1.2}, false).high == 1.2);
}

}  // namespace lifeboat::reports
