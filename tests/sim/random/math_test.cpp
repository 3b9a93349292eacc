// Our elementary functions against the C library's long double and against Boost.Math, and the
// sameness of their bits: one checksum for every compiler and machine.
#include "sim/random/math.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <random>

#include <boost/math/distributions/normal.hpp>
#include <boost/math/special_functions/gamma.hpp>

#include "sim/random/luck.hpp"
#include "tests/catch.hpp"

namespace math = lifeboat::sim::math;

namespace {

// The largest relative error seen.
class Worst {
 public:
  void add(double got, long double truth) {
    const long double error = truth == 0
                                  ? std::fabs(static_cast<long double>(got))
                                  : std::fabs((static_cast<long double>(got) - truth) / truth);
    if (!(error <= worst_)) worst_ = error;  // also a NaN
  }
  [[nodiscard]] double value() const { return static_cast<double>(worst_); }

 private:
  long double worst_ = 0;
};

constexpr int kArguments = 100'000;

}  // namespace

TEST_CASE("log is within four units of 2^-53 everywhere", "[oracle]") {
  Worst everywhere;
  Worst near_one;
  std::mt19937_64 random(1);
  for (int i = 0; i < kArguments; ++i) {
    const double x = std::bit_cast<double>(random() % 0x7fe0000000000000 + 0x0010000000000000);
    everywhere.add(math::log(x), std::log(static_cast<long double>(x)));
    const double y = std::ldexp(static_cast<double>(random()), -64) + 0.5;
    near_one.add(math::log(y), std::log(static_cast<long double>(y)));
    const double z = 1.0 + std::ldexp(static_cast<double>(random()), -64 - i % 50);
    near_one.add(math::log(z), std::log(static_cast<long double>(z)));
  }
  CHECK(everywhere.value() < 4 * 0x1p-53);
  CHECK(near_one.value() < 4 * 0x1p-53);
  CHECK(math::log(1.0) == 0.0);
  CHECK(math::log(0.0) == -math::kInfinity);
  CHECK(math::log(math::kInfinity) == math::kInfinity);
  CHECK(std::isnan(math::log(-1.0)));
  CHECK(std::isnan(math::log(math::kNan)));
  CHECK(math::log(0x1p-1074) == Approx(std::log(0x1p-1074)).epsilon(1e-15));
}

TEST_CASE("exp is within four units of 2^-53, and right at its ends", "[oracle]") {
  Worst worst;
  std::mt19937_64 random(2);
  for (int i = 0; i < kArguments; ++i) {
    const double x = (std::ldexp(static_cast<double>(random()), -64) - 0.5) * 1416;
    worst.add(math::exp(x), std::exp(static_cast<long double>(x)));
    const double y = std::ldexp(x, -i % 60);
    worst.add(math::exp(y), std::exp(static_cast<long double>(y)));
  }
  CHECK(worst.value() < 4 * 0x1p-53);
  CHECK(math::exp(0.0) == 1.0);
  CHECK(math::exp(-math::kInfinity) == 0.0);
  CHECK(math::exp(math::kInfinity) == math::kInfinity);
  CHECK(math::exp(709.79) == math::kInfinity);
  CHECK(math::exp(709.78) == Approx(std::exp(709.78)).epsilon(1e-14));
  CHECK(math::exp(-745.0) == std::exp(-745.0));
  CHECK(math::exp(-745.2) == 0.0);
  CHECK(std::isnan(math::exp(math::kNan)));
  static_assert(math::exp(0.0) == 1.0);
}

TEST_CASE("log1p and expm1 keep small arguments", "[oracle]") {
  Worst logarithm;
  Worst power;
  std::mt19937_64 random(3);
  for (int i = 0; i < kArguments; ++i) {
    const double x = std::ldexp(static_cast<double>(random()) - 0x1p63, -64 - i % 60);
    logarithm.add(math::log1p(x), std::log1p(static_cast<long double>(x)));
    power.add(math::expm1(4 * x), std::expm1(4 * static_cast<long double>(x)));
  }
  CHECK(logarithm.value() < 1e-15);
  CHECK(power.value() < 1e-15);
  CHECK(math::log1p(-1.0) == -math::kInfinity);
  CHECK(math::expm1(-800.0) == -1.0);
  CHECK(math::expm1(800.0) == math::kInfinity);
  CHECK(math::log1p(0.0) == 0.0);
}

TEST_CASE("pow and gamma agree with long double", "[oracle]") {
  std::mt19937_64 random(4);
  Worst power;
  Worst gamma;
  for (int i = 0; i < kArguments / 4; ++i) {
    const double x = std::ldexp(static_cast<double>(random()), -60);
    const double y = (std::ldexp(static_cast<double>(random()), -64) - 0.5) * 20;
    power.add(math::pow(x, y), std::pow(static_cast<long double>(x), static_cast<long double>(y)));
    const double z = std::ldexp(static_cast<double>(random()), -64) * 30 + 0.01;
    gamma.add(math::gamma(z), std::tgamma(static_cast<long double>(z)));
  }
  CHECK(power.value() < 1e-14);
  CHECK(gamma.value() < 1e-13);
  CHECK(math::gamma(5.0) == Approx(24.0).epsilon(1e-14));
  CHECK(math::pow(0.0, 2.0) == 0.0);
  CHECK(math::pow(0.0, 0.0) == 1.0);
  CHECK(math::log_gamma(1000.5) == Approx(std::lgamma(1000.5)).epsilon(1e-14));
}

TEST_CASE("The normal law and its quantile agree with Boost in both tails", "[oracle]") {
  const boost::math::normal_distribution<long double> normal;
  std::mt19937_64 random(5);
  Worst forward;
  Worst backward;
  for (int i = 0; i < kArguments / 10; ++i) {
    const double x = (std::ldexp(static_cast<double>(random()), -64) - 0.8) * 30;
    forward.add(math::normal_cdf(x), cdf(normal, static_cast<long double>(x)));
    const double u = std::ldexp(static_cast<double>(random() | 1), -64);
    const double p = i % 2 == 0 ? u : std::exp(-700 * u);
    if (p < 1)
      backward.add(math::normal_quantile(p), quantile(normal, static_cast<long double>(p)));
  }
  CHECK(forward.value() < 2e-13);
  CHECK(backward.value() < 2e-15);
  CHECK(math::normal_quantile(0.5) == 0.0);
  CHECK(math::normal_quantile(0.0) == -math::kInfinity);
  CHECK(math::normal_quantile(1.0) == math::kInfinity);
  CHECK(math::normal_cdf(-math::kInfinity) == 0.0);
  CHECK(math::normal_cdf(math::kInfinity) == 1.0);
}

TEST_CASE("The Erlang law and its quantile agree with Boost in both tails", "[oracle]") {
  std::mt19937_64 random(6);
  Worst forward;
  Worst backward;
  for (int i = 0; i < 2000; ++i) {
    const int shape = 1 + static_cast<int>(random() % (i % 2 == 0 ? 10 : 1000));
    const long double k = shape;
    const double u = std::ldexp(static_cast<double>(random() | 1), -64);
    const double tail = i % 3 == 0 ? 0.5 * u : 0.5 * std::exp(-60 * u);
    backward.add(math::erlang_quantile(shape, tail, 1 - tail),
                 boost::math::gamma_p_inv(k, static_cast<long double>(tail)));
    backward.add(math::erlang_quantile(shape, 1 - tail, tail),
                 boost::math::gamma_q_inv(k, static_cast<long double>(tail)));
    const double x = shape * (0.5 + u);
    forward.add(math::erlang_cdf(shape, x), boost::math::gamma_p(k, static_cast<long double>(x)));
    forward.add(math::erlang_survival(shape, x),
                boost::math::gamma_q(k, static_cast<long double>(x)));
  }
  CHECK(forward.value() < 1e-11);
  CHECK(backward.value() < 1e-12);
}

TEST_CASE("Elementary functions give the same bits with every compiler", "[unit]") {
  std::uint64_t checksum = 0;
  const auto fold = [&](double value) {
    checksum = lifeboat::sim::mix(checksum, std::bit_cast<std::uint64_t>(value));
  };
  for (int i = 1; i < 2000; ++i) {
    const double p = i / 2000.0;
    fold(math::log(p));
    fold(math::exp(20 * p - 10));
    fold(math::log1p(-p));
    fold(math::expm1(p));
    fold(math::pow(p, 1.7));
    fold(math::log_gamma(10 * p));
    fold(math::normal_cdf(10 * p - 5));
    fold(math::normal_quantile(p));
    fold(math::erlang_quantile(1 + i % 7, p, 1 - p));
  }
  CHECK(checksum == 0xa7a10ad67f148758);
}
