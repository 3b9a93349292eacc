// Laws against Boost.Math's distributions and against formulas worked by hand.
#include "sim/random/law.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include <boost/math/distributions/gamma.hpp>
#include <boost/math/distributions/lognormal.hpp>
#include <boost/math/distributions/pareto.hpp>
#include <boost/math/distributions/triangular.hpp>
#include <boost/math/distributions/weibull.hpp>

#include "tests/catch.hpp"
#include "tests/sim/random/ms.hpp"

using lifeboat::sim::Duration;
using lifeboat::sim::Law;
using lifeboat::sim::test::ms;

namespace {

const std::vector<double> kProbabilities{1e-12, 1e-6, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99};

// The law against a distribution of Boost's, in seconds.
template <class Distribution>
void check_against(const Law& law, const Distribution& truth) {
  INFO(law.describe());
  CHECK(law.mean_seconds() == Approx(mean(truth)).epsilon(1e-11));
  CHECK(law.variance() == Approx(variance(truth)).epsilon(1e-10));
  for (const double p : kProbabilities) {
    CHECK(law.quantile_seconds(p) == Approx(quantile(truth, p)).epsilon(1e-10));
    CHECK(law.upper_quantile_seconds(p) == Approx(quantile(complement(truth, p))).epsilon(1e-10));
    const double x = quantile(truth, p);
    CHECK(law.cdf(x) == Approx(cdf(truth, x)).epsilon(1e-9));
    CHECK(law.survival(x) == Approx(cdf(complement(truth, x))).epsilon(1e-9));
  }
}

// E[X] as the integral of the survival function, by the midpoint rule on 100,000 strips up to
// where 1e-9 of the probability is left.
double mean_by_strips(const Law& law) {
  constexpr int kStrips = 100'000;
  const double end = law.upper_quantile_seconds(1e-9);
  double sum = 0;
  for (int i = 0; i < kStrips; ++i) sum += law.survival((i + 0.5) / kStrips * end);
  return sum / kStrips * end;
}

std::string refusal(Law (*make)()) {
  try {
    (void)make();
  } catch (const std::invalid_argument& e) {
    return e.what();
  }
  return "none";
}

}  // namespace

TEST_CASE("Erlang, lognormal, Weibull, Pareto and triangular laws agree with Boost", "[oracle]") {
  using namespace boost::math;
  for (const int k : {1, 2, 3, 10, 300}) {
    check_against(Law::erlang(ms(10), k), gamma_distribution<>(k, 0.01 / k));
  }
  for (const double cv : {0.1, 0.8, 5.0}) {
    const double sigma = std::sqrt(std::log(1 + cv * cv));
    const double mu = std::log(0.01) - sigma * sigma / 2;
    check_against(Law::lognormal(ms(10), cv), lognormal_distribution<>(mu, sigma));
  }
  for (const double shape : {0.3, 0.5, 1.0, 2.0, 7.0}) {
    const double scale = 0.01 / std::tgamma(1 + 1 / shape);
    check_against(Law::weibull(ms(10), shape), weibull_distribution<>(shape, scale));
  }
  for (const double shape : {2.1, 2.5, 3.0, 20.0}) {
    const double minimum = 0.01 * (shape - 1) / shape;
    check_against(Law::pareto(ms(10), shape), pareto_distribution<>(minimum, shape));
  }
  check_against(Law::triangular(ms(1), ms(4), ms(15)),
                triangular_distribution<>(0.001, 0.004, 0.015));
}

TEST_CASE("Exponential and uniform laws, worked by hand", "[unit]") {
  const Law e = Law::exponential(ms(10));
  CHECK(e.mean_seconds() == Approx(0.01).epsilon(1e-15));
  CHECK(e.squared_cv() == Approx(1).epsilon(1e-15));
  CHECK(e.quantile_seconds(0.99) == Approx(0.01 * std::log(100.0)).epsilon(1e-14));
  CHECK(e.upper_quantile_seconds(1e-15) == Approx(0.15 * std::log(10.0)).epsilon(1e-14));
  CHECK(e.quantile_seconds(1e-15) == Approx(1e-17).epsilon(1e-14));
  CHECK(e.quantile_seconds(1) == std::numeric_limits<double>::infinity());
  CHECK(e.cdf(0.01) == Approx(1 - std::exp(-1.0)));
  CHECK(e.survival(0.1) == Approx(std::exp(-10.0)).epsilon(1e-14));
  CHECK(e.cdf(-1) == 0);

  const Law u = Law::uniform(ms(2), ms(5));
  CHECK(u.mean_seconds() == Approx(0.0035));
  CHECK(u.variance() == Approx(0.003 * 0.003 / 12));
  CHECK(u.quantile(0.5) == Duration::microseconds(3500));
  CHECK(u.quantile_seconds(0) == Approx(0.002));
  CHECK(u.quantile_seconds(1) == Approx(0.005));
  CHECK(u.cdf(0.003) == Approx(1.0 / 3));
}

TEST_CASE("A hyperexponential law has its mean, its cv and balanced means", "[oracle]") {
  for (const double cv : {1.01, 1.5, 3.0, 20.0, 100.0}) {
    const Law h = Law::hyperexponential(ms(10), cv);
    INFO(h.describe());
    CHECK(h.mean_seconds() == Approx(0.01).epsilon(1e-12));
    CHECK(h.squared_cv() == Approx(cv * cv).epsilon(1e-10));
    // The textbook's form: branch p has rate 2p / mean.
    const double p = 0.5 * (1 + std::sqrt((cv * cv - 1) / (cv * cv + 1)));
    for (const double x : {1e-4, 0.003, 0.01, 0.1, 1.0}) {
      const double truth =
          p * std::exp(-2 * p * x / 0.01) + (1 - p) * std::exp(-2 * (1 - p) * x / 0.01);
      CHECK(h.survival(x) == Approx(truth).epsilon(1e-9));
      CHECK(h.upper_quantile_seconds(truth) == Approx(x).epsilon(1e-9));
    }
  }
  CHECK(Law::hyperexponential(ms(10), 1).describe() == "exponential, mean 10 ms");
}

TEST_CASE("A lognormal law given by two quantiles has them", "[unit]") {
  const Law law = Law::lognormal_quantiles(ms(150), ms(900));
  CHECK(law.quantile_seconds(0.5) == Approx(0.150).epsilon(1e-13));
  CHECK(law.quantile_seconds(0.99) == Approx(0.900).epsilon(1e-13));
}

TEST_CASE("Bounds keep their probability and move the mean as worked by hand", "[oracle]") {
  // Exponential of mean m: E[max(X, a)] = a + m e^(-a/m), E[min(X, b)] = m (1 - e^(-b/m)).
  const Law e = Law::exponential(ms(10));
  const double m = 0.01;
  for (const double bound_ms : {0.01, 2.0, 10.0, 50.0, 300.0}) {
    const double a = ms(bound_ms).to_seconds();
    const Law least = e.at_least(ms(bound_ms));
    CHECK(least.mean_seconds() == Approx(a + m * std::exp(-a / m)).epsilon(1e-10));
    const Law most = e.at_most(ms(bound_ms));
    CHECK(most.mean_seconds() == Approx(m * (1 - std::exp(-a / m))).epsilon(1e-10));
    // E[min(X, b)^2] = 2 m^2 (1 - e^(-b/m) (1 + b/m)).
    const double second = 2 * m * m * (1 - std::exp(-a / m) * (1 + a / m));
    CHECK(most.variance() + most.mean_seconds() * most.mean_seconds() ==
          Approx(second).epsilon(1e-9));
    CHECK(most.cdf(a) == 1);
    CHECK(most.survival(a * 0.999) == Approx(std::exp(-a * 0.999 / m)));
    CHECK(least.cdf(a) == Approx(1 - std::exp(-a / m)));
    CHECK(least.cdf(a * 0.999) == 0);
    CHECK(least.quantile_seconds(0.5 * least.cdf(a)) == Approx(a));
  }
  // E[max(X, a)^2] = a^2 + 2 m e^(-a/m) (a + m).
  const Law least = e.at_least(ms(5));
  const double second = 0.005 * 0.005 + 2 * m * std::exp(-0.5) * (0.005 + m);
  CHECK(least.variance() == Approx(second - std::pow(least.mean_seconds(), 2)).epsilon(1e-9));
}

TEST_CASE("Bounded, shifted and scaled laws have the mean of their survival function", "[oracle]") {
  const std::vector<Law> laws{
      Law::lognormal(ms(10), 2).shifted(ms(-3)),
      Law::lognormal(ms(10), 2).at_least(ms(2)).at_most(ms(40)),
      Law::pareto(ms(10), 1.5).at_most(ms(500)).shifted(ms(2)),
      Law::weibull(ms(10), 0.5).at_most(ms(30)).scaled(3),
      Law::triangular(ms(1), ms(4), ms(15)).at_least(ms(3)).at_most(ms(9)),
      Law::uniform(ms(1), ms(3)).shifted(ms(-2)),
      Law::erlang(ms(10), 4).at_most(ms(12)).shifted(ms(1)).at_least(ms(8)),
      Law::mixture({{0.7, Law::exponential(ms(1))}, {0.3, Law::uniform(ms(5), ms(9))}})
          .shifted(ms(1))
          .at_most(ms(8))};
  for (const Law& law : laws) {
    INFO(law.describe());
    CHECK(law.mean_seconds() == Approx(mean_by_strips(law)).epsilon(2e-4));
  }
}

TEST_CASE("Shift comes before bounds, and bounds move with a later shift", "[unit]") {
  const Law c = Law::uniform(ms(0), ms(10));
  const Law shifted_then_cut = c.shifted(ms(5)).at_most(ms(8));
  CHECK(shifted_then_cut.quantile_seconds(1) == Approx(0.008));
  CHECK(shifted_then_cut.quantile_seconds(0) == Approx(0.005));
  const Law cut_then_shifted = c.at_most(ms(8)).shifted(ms(5));
  CHECK(cut_then_shifted.quantile_seconds(1) == Approx(0.013));
  const Law doubled = c.at_least(ms(2)).scaled(2);
  CHECK(doubled.quantile_seconds(0) == Approx(0.004));
  CHECK(doubled.quantile_seconds(1) == Approx(0.020));
  // A lower bound above the upper one wins the same way in both orders.
  CHECK(c.at_least(ms(20)).is_constant());
  CHECK(c.at_least(ms(20)).mean_seconds() == Approx(0.020));
  CHECK(c.at_most(ms(0)).is_constant());
  CHECK(c.shifted(ms(-10)).is_constant());
  CHECK(c.shifted(ms(-10)).mean_seconds() == 0);
  CHECK(Law::pareto(ms(10), 2).at_most(ms(3)).is_constant());  // its minimum is 5 ms
}

TEST_CASE("Mixtures have the moments and quantiles of their parts", "[unit]") {
  // 0.9 x 1 ms + 0.1 x 100 ms = 10.9 ms; second moment 0.9 x 1 + 0.1 x 2 x 100^2 = 2000.9 ms^2.
  const Law law = Law::mixture({{0.9, Law::constant(ms(1))}, {0.1, Law::exponential(ms(100))}});
  CHECK(law.mean_seconds() == Approx(0.0109));
  CHECK(law.variance() == Approx((2000.9 - 10.9 * 10.9) * 1e-6));
  // P[X < 1 ms] = 0.1 (1 - e^-0.01) = 0.000995; up to 0.900995 the value is 1 ms.
  CHECK(law.quantile_seconds(0.001) == Approx(0.001).epsilon(1e-12));
  CHECK(law.quantile_seconds(0.9) == Approx(0.001).epsilon(1e-12));
  CHECK(law.quantile_seconds(0.0005) == Approx(-0.1 * std::log(1 - 0.005)).epsilon(1e-12));
  CHECK(law.quantile_seconds(0.99) == Approx(0.1 * std::log(10.0)).epsilon(1e-12));
  CHECK(law.upper_quantile_seconds(1e-10) == Approx(0.1 * std::log(1e9)).epsilon(1e-12));

  // Nested mixtures flatten.
  const Law nested = Law::mixture({{0.5, law}, {0.5, Law::constant(ms(7))}});
  CHECK(nested.mean_seconds() == Approx(0.5 * 0.0109 + 0.5 * 0.007));
  CHECK(nested.quantile_seconds(0.46) == Approx(0.007).epsilon(1e-12));
  CHECK(Law::mixture({{1, law}}).describe() == law.describe());
  CHECK(Law::mixture({{0.5, Law::constant(ms(2))}, {0.5, Law::constant(ms(2))}}).is_constant());
}

TEST_CASE("An empirical law is the step function of its values", "[unit]") {
  const Law law = Law::empirical({ms(50), ms(1), ms(2), ms(2)});
  CHECK(law.mean_seconds() == Approx(0.01375));
  CHECK(law.variance() == Approx((2500 + 1 + 4 + 4) / 4.0 * 1e-6 - 0.01375 * 0.01375));
  CHECK(law.quantile_seconds(0.25) == Approx(0.001));
  CHECK(law.quantile_seconds(0.26) == Approx(0.002));
  CHECK(law.quantile_seconds(0.75) == Approx(0.002));
  CHECK(law.quantile_seconds(0.76) == Approx(0.050));
  CHECK(law.upper_quantile_seconds(0.0) == Approx(0.050));
  CHECK(law.cdf(0.002) == Approx(0.75));
  CHECK(law.survival(0.0019) == Approx(0.75));
  CHECK(law.shifted(ms(-1)).quantile_seconds(0) == 0);
  CHECK(law.at_most(ms(10)).mean_seconds() == Approx(0.00375));
}

TEST_CASE("A constant is a law like any other", "[unit]") {
  const Law law = Law::constant(ms(100));
  CHECK(law.is_constant());
  CHECK(law.mean() == ms(100));
  CHECK(law.squared_cv() == 0);
  CHECK(law.quantile(0.3) == ms(100));
  CHECK(Law().is_constant());
  CHECK(Law().mean_seconds() == 0);
  CHECK(Law().squared_cv() == 0);
  CHECK(Law::uniform(ms(3), ms(3)).is_constant());
}

TEST_CASE("Quantile and distribution functions invert each other", "[property]") {
  const std::vector<Law> laws{
      Law::exponential(ms(10)),
      Law::erlang(ms(10), 7),
      Law::hyperexponential(ms(10), 4),
      Law::lognormal(ms(10), 1.5),
      Law::weibull(ms(10), 0.4),
      Law::pareto(ms(10), 1.4),
      Law::triangular(ms(0), ms(0), ms(15)),
      Law::triangular(ms(0), ms(15), ms(15)),
      Law::mixture({{0.6, Law::lognormal(ms(1), 0.5)}, {0.4, Law::pareto(ms(30), 1.5)}}),
      Law::exponential(ms(10)).shifted(ms(4)).scaled(0.5)};
  for (const Law& law : laws) {
    INFO(law.describe());
    for (const double p : {1e-9, 0.001, 0.2, 0.5, 0.8, 0.999}) {
      CHECK(law.cdf(law.quantile_seconds(p)) == Approx(p).epsilon(1e-6));
      CHECK(law.survival(law.upper_quantile_seconds(p)) == Approx(p).epsilon(1e-6));
    }
  }
}

TEST_CASE("Laws describe themselves", "[unit]") {
  CHECK(Law::exponential(ms(10)).describe() == "exponential, mean 10 ms");
  CHECK(Law::constant(Duration::minutes(90)).describe() == "constant, 1.5 h");
  CHECK(Law::constant(Duration::seconds(110)).describe() == "constant, 110 s");
  CHECK(Law::constant(Duration::seconds(7250)).describe() == "constant, 7250 s");
  CHECK(Law::constant(Duration::minutes(200)).describe() == "constant, 200 min");
  CHECK(Law::constant(Duration{}).describe() == "constant, 0 s");
  CHECK(Law::lognormal_quantiles(ms(150), ms(900)).at_most(Duration::seconds(2)).describe() ==
        "lognormal, p50 150 ms, p99 900 ms, at most 2 s");
  CHECK(Law::hyperexponential(Duration::microseconds(250), 3).shifted(ms(1)).describe() ==
        "hyperexponential, mean 250 us, cv 3, plus 1 ms");
  CHECK(Law::mixture({{0.9, Law::constant(ms(1))}, {0.1, Law::exponential(ms(3))}}).describe() ==
        "mixture of 0.9 (constant, 1 ms) and 0.1 (exponential, mean 3 ms)");
  CHECK(Law::pareto(Duration::days(2), 2.5).describe() == "Pareto, mean 2 d, shape 2.5");
  CHECK(Law::empirical({ms(1), ms(3)}).describe() == "empirical, 2 values, mean 2 ms");
  CHECK(Law::constant(Duration::nanoseconds(12)).describe() == "constant, 12 ns");
}

TEST_CASE("Bad parameters are refused with what was expected", "[unit]") {
  using Catch::Matchers::Contains;
  CHECK_THAT(refusal([] { return Law::exponential(Duration{}); }),
             Contains("must be above 0") && Contains("0 s"));
  CHECK_THAT(refusal([] { return Law::exponential(ms(-1)); }), Contains("-1 ms"));
  CHECK_THAT(refusal([] { return Law::exponential(Duration::infinite()); }), Contains("36525 d"));
  CHECK_THAT(refusal([] { return Law::constant(ms(-1)); }), Contains("a constant"));
  CHECK_THAT(refusal([] { return Law::erlang(ms(1), 0); }), Contains("between 1 and 1000"));
  CHECK_THAT(refusal([] { return Law::hyperexponential(ms(1), 0.5); }), Contains("it is 0.5"));
  CHECK_THAT(refusal([] { return Law::lognormal(ms(1), std::nan("")); }), Contains("cv"));
  CHECK_THAT(refusal([] { return Law::lognormal_quantiles(ms(5), ms(5)); }),
             Contains("below its p99"));
  CHECK_THAT(refusal([] { return Law::lognormal_quantiles(Duration::nanoseconds(1), ms(1e6)); }),
             Contains("too far"));
  CHECK_THAT(refusal([] { return Law::weibull(ms(1), 0.01); }), Contains("Weibull"));
  CHECK_THAT(refusal([] { return Law::pareto(ms(1), 1.0); }), Contains("shape of a Pareto"));
  CHECK_THAT(refusal([] { return Law::uniform(ms(2), ms(1)); }), Contains("must not exceed"));
  CHECK_THAT(refusal([] { return Law::triangular(ms(2), ms(1), ms(3)); }),
             Contains("low <= mode <= high"));
  CHECK_THAT(refusal([] { return Law::mixture({}); }), Contains("1 to 256 parts"));
  CHECK_THAT(refusal([] {
               return Law::mixture({{0.5, Law()}, {0.4, Law()}});
             }),
             Contains("sum to 0.9"));
  CHECK_THAT(refusal([] {
               return Law::mixture({{1.5, Law()}, {-0.5, Law()}});
             }),
             Contains("weight"));
  CHECK_THAT(refusal([] { return Law::empirical({}); }), Contains("1 to 1048576 values"));
  CHECK_THAT(refusal([] { return Law::empirical({ms(-4)}); }), Contains("a value"));
  CHECK_THAT(refusal([] { return Law::exponential(ms(1)).scaled(0); }), Contains("factor"));
  CHECK_THAT(refusal([] {
               Law law = Law::constant(ms(1));
               for (int i = 0; i < 4; ++i) {
                 law = Law::mixture(std::vector<Law::Component>(
                     200, {1.0 / 200, i == 0 ? Law::exponential(ms(i + 1)) : law}));
               }
               return law;
             }),
             Contains("at most 256 parts"));
  CHECK_THROWS_AS(Law().quantile_seconds(1.5), std::invalid_argument);
  CHECK_THROWS_AS(Law().upper_quantile_seconds(std::nan("")), std::invalid_argument);
}
