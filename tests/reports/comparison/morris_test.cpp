// Elementary effects of functions whose effects are known.
#include "reports/comparison/morris.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "tests/catch.hpp"

namespace lifeboat::reports {
namespace {

using Function = std::function<std::optional<double>(const std::vector<double>&)>;

EffectTally effects_of(std::size_t inputs, std::uint64_t trajectories, const Function& f) {
  EffectTally tally(inputs);
  for (std::uint64_t n = 0; n < trajectories; ++n) {
    const Trajectory trajectory = make_trajectory(inputs, 1, n);
    std::vector<std::optional<double>> values;
    for (const auto& point : trajectory.points) values.push_back(f(point));
    tally.add(trajectory, values);
  }
  return tally;
}

}  // namespace

TEST_CASE("a trajectory moves each input once, by two thirds, on the grid", "[property]") {
  std::vector<int> first(5, 0);
  for (std::uint64_t n = 0; n < 500; ++n) {
    const Trajectory trajectory = make_trajectory(5, 7, n);
    REQUIRE(trajectory.points.size() == 6);
    std::vector<std::size_t> moved = trajectory.moved;
    ++first[moved.front()];
    std::sort(moved.begin(), moved.end());
    REQUIRE(moved == std::vector<std::size_t>{0, 1, 2, 3, 4});
    for (std::size_t s = 0; s <= 5; ++s) {
      for (std::size_t i = 0; i < 5; ++i) {
        const double x = trajectory.points[s][i];
        REQUIRE(std::fabs(3 * x - std::round(3 * x)) < 1e-12);
        REQUIRE((x > -1e-12 && x < 1 + 1e-12));
        if (s == 0) continue;
        const double step = std::fabs(x - trajectory.points[s - 1][i]);
        REQUIRE(step == Approx(i == trajectory.moved[s - 1] ? kMorrisStep : 0).margin(1e-12));
      }
    }
  }
  // Each input goes first in a fifth of them: 100, five standard errors are 45.
  for (const int count : first) CHECK(std::abs(count - 100) < 45);
}

TEST_CASE("of a linear function mu* is the size of each coefficient, and sigma is 0", "[oracle]") {
  const EffectTally tally = effects_of(
      4, 5, [](const std::vector<double>& x) { return 3 * x[0] - 2 * x[1] + 0.5 * x[2] + 7; });
  const double coefficients[] = {3, -2, 0.5, 0};
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(tally.of(i).effects == 5);
    CHECK(tally.of(i).mu == Approx(coefficients[i]).margin(1e-12));
    CHECK(tally.of(i).mu_star == Approx(std::fabs(coefficients[i])).margin(1e-12));
    CHECK(tally.of(i).sigma == Approx(0).margin(1e-12));
  }
}

// x0 x1: the effect of x0 is x1, which is 0, 1/3, 2/3 or 1 alike: mean 1/2, deviation sqrt(5/36).
// Of 400 trajectories the mean's standard error is 0.0186, the deviation's below 0.01: five each.
TEST_CASE("inputs that act together have the sigma of their product", "[oracle]") {
  const EffectTally tally =
      effects_of(3, 400, [](const std::vector<double>& x) { return x[0] * x[1]; });
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(tally.of(i).mu == Approx(0.5).margin(0.094));
    CHECK(tally.of(i).sigma == Approx(std::sqrt(5.0 / 36)).margin(0.05));
  }
  CHECK(tally.of(2).mu_star == 0);
}

// (x0 - 1/2)(x1 - 1/2): the effect of x0 is x1 - 1/2, of either sign; its size is 1/2 or 1/6.
TEST_CASE("effects of both signs cancel in mu and not in mu*", "[oracle]") {
  const EffectTally tally =
      effects_of(2, 400, [](const std::vector<double>& x) { return (x[0] - 0.5) * (x[1] - 0.5); });
  CHECK(std::fabs(tally.of(0).mu) < 0.094);
  CHECK(tally.of(0).mu_star == Approx(1.0 / 3).margin(0.042));
}

TEST_CASE("a value that is absent takes its two steps with it", "[unit]") {
  const Trajectory trajectory = make_trajectory(3, 1, 0);
  EffectTally tally(3);
  tally.add(trajectory, {1.0, std::nullopt, 2.0, 3.0});
  CHECK(tally.of(trajectory.moved[0]).effects == 0);
  CHECK(tally.of(trajectory.moved[1]).effects == 0);
  CHECK(tally.of(trajectory.moved[2]).effects == 1);
}

}  // namespace lifeboat::reports
