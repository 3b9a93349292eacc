// Piecewise linear curves: values, means, steps, products.
#include "scenarios/traffic/curve.hpp"

#include <cmath>

#include "tests/catch.hpp"

namespace lifeboat::scenarios {
namespace {

using sim::Duration;
using sim::Instant;
using sim::Profile;

Instant at(double seconds) { return Instant::from_seconds(seconds); }

TEST_CASE("a curve is linear between its points and constant beyond them", "[unit]") {
  Profile curve;
  line_to(curve, at(10), 2);
  line_to(curve, at(20), 4);
  CHECK(value_at(curve, at(-5)) == 2);
  CHECK(value_at(curve, at(15)) == Approx(3));
  CHECK(value_at(curve, at(99)) == 4);
  // 10 s of 2, a trapezium of mean 3 for 10 s, 10 s of 4: 90 in 30 s.
  CHECK(mean_of(curve, at(0), at(30)) == Approx(3));
  CHECK(peak_of(curve, at(0), at(15)) == Approx(3));
  CHECK(curve.integral(at(0), at(30)) == Approx(90));
}

TEST_CASE("a step holds the old value to its last nanosecond", "[unit]") {
  Profile curve;
  step_to(curve, at(0), 1);
  step_to(curve, at(60), 5);
  step_to(curve, at(120), 5);
  CHECK(value_at(curve, at(60) - Duration::nanoseconds(1)) == 1);
  CHECK(value_at(curve, at(60)) == 5);
  CHECK(curve.points.size() == 3);
  CHECK(mean_of(curve, at(0), at(120)) == Approx(3).epsilon(1e-9));
}

TEST_CASE("a product of two slopes stays within a ten-thousandth of the parabola", "[property]") {
  Profile a;
  line_to(a, at(0), 1);
  line_to(a, at(100), 10);
  Profile b;
  line_to(b, at(0), 5);
  line_to(b, at(100), 1);
  const Profile both = product(a, b);
  for (int i = 0; i <= 1000; ++i) {
    const Instant t = at(i * 0.1);
    const double exact = value_at(a, t) * value_at(b, t);
    CHECK(std::fabs(value_at(both, t) - exact) <= 2 * kChordError * 16);
  }
  CHECK(value_at(sum(a, b), at(50)) == Approx(8.5));
}

TEST_CASE("a product with a step keeps the step", "[unit]") {
  Profile a = constant_curve(3);
  Profile b;
  step_to(b, at(0), 1);
  step_to(b, at(10), 2);
  const Profile both = product(a, b);
  CHECK(value_at(both, at(9.9)) == 3);
  CHECK(value_at(both, at(10)) == 6);
}

}  // namespace
}  // namespace lifeboat::scenarios
