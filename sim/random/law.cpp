#include "sim/random/law.hpp"

#include <cmath>
#include <stdexcept>

#include <fmt/format.h>

#include "sim/random/law_body.hpp"

namespace lifeboat::sim {
namespace {

void require(bool holds, const std::string& expected) {
  if (!holds) throw std::invalid_argument(expected);
}

std::string show(Duration d) { return describe_seconds(d.to_seconds()); }

// The checks of single values are on the way of every quantile, so a text is made only for a value
// that fails.

void require_length(Duration d, const char* what) {
  if (d >= Duration{} && d <= Law::kLongest) return;
  require(false, fmt::format("{} must lie between 0 and {} (it is {})", what, show(Law::kLongest),
                             show(d)));
}

void require_positive(Duration d, const char* what) {
  if (d > Duration{} && d <= Law::kLongest) return;
  require(false, fmt::format("{} must be above 0 and at most {} (it is {})", what,
                             show(Law::kLongest), show(d)));
}

void require_range(double value, double low, double high, const char* what) {
  if (value >= low && value <= high) return;
  require(false,
          fmt::format("{} must lie between {:g} and {:g} (it is {:g})", what, low, high, value));
}

std::shared_ptr<const Law::Body> family(std::unique_ptr<const LawFamily> f, std::string text) {
  return make_family_body(std::move(f), std::move(text), LawTransform{});
}

}  // namespace

Law Law::constant(Duration value) {
  require_length(value, "a constant");
  return Law(make_values_body({value.to_seconds()}));
}

Law Law::exponential(Duration mean) {
  require_positive(mean, "the mean of an exponential law");
  return Law(family(make_exponential(mean.to_seconds()), "exponential, mean " + show(mean)));
}

Law Law::erlang(Duration mean, int stages) {
  require_positive(mean, "the mean of an Erlang law");
  require_range(stages, 1, kMostErlangStages, "k, the number of stages of an Erlang law,");
  return Law(family(make_erlang(mean.to_seconds(), stages),
                    fmt::format("Erlang, mean {}, k {}", show(mean), stages)));
}

Law Law::hyperexponential(Duration mean, double cv) {
  require_positive(mean, "the mean of a hyperexponential law");
  require_range(cv, 1, kMostVariable, "the cv of a hyperexponential law");
  if (cv == 1) return exponential(mean);
  // Balanced means: p / rate1 = (1 - p) / rate2 = mean / 2, with p fitted to the cv.
  const double square = cv * cv;
  const double slow_share = 1.0 / ((square + 1.0) * (1.0 + std::sqrt((square - 1) / (square + 1))));
  const double half = 0.5 * mean.to_seconds();
  const double fast_share = 1.0 - slow_share;
  std::vector<WeightedBody> parts{{fast_share, family(make_exponential(half / fast_share), {})},
                                  {slow_share, family(make_exponential(half / slow_share), {})}};
  return Law(make_mixture_body(std::move(parts),
                               fmt::format("hyperexponential, mean {}, cv {:g}", show(mean), cv),
                               LawTransform{}));
}

Law Law::lognormal(Duration mean, double cv) {
  require_positive(mean, "the mean of a lognormal law");
  require_range(cv, 1e-6, kMostVariable, "the cv of a lognormal law");
  const double log_variance = math::log1p(cv * cv);
  const double mu = math::log(mean.to_seconds()) - 0.5 * log_variance;
  return Law(family(make_lognormal(mu, std::sqrt(log_variance)),
                    fmt::format("lognormal, mean {}, cv {:g}", show(mean), cv)));
}

Law Law::lognormal_quantiles(Duration p50, Duration p99) {
  require_positive(p50, "the p50 of a lognormal law");
  require_positive(p99, "the p99 of a lognormal law");
  require(p50 < p99, fmt::format("the p50 of a lognormal law must be below its p99 ({} and {})",
                                 show(p50), show(p99)));
  const double mu = math::log(p50.to_seconds());
  const double sigma = math::log(p99.to_seconds() / p50.to_seconds()) / math::normal_quantile(0.99);
  const double cv = std::sqrt(math::expm1(sigma * sigma));
  require(cv <= kMostVariable,
          fmt::format("the p99 of this lognormal law is too far from its p50: its cv would be {:g} "
                      "(at most {:g})",
                      cv, kMostVariable));
  return Law(family(make_lognormal(mu, sigma),
                    fmt::format("lognormal, p50 {}, p99 {}", show(p50), show(p99))));
}

Law Law::weibull(Duration mean, double shape) {
  require_positive(mean, "the mean of a Weibull law");
  require_range(shape, 0.1, 100, "the shape of a Weibull law");
  return Law(family(make_weibull(mean.to_seconds(), shape),
                    fmt::format("Weibull, mean {}, shape {:g}", show(mean), shape)));
}

Law Law::pareto(Duration mean, double shape) {
  require_positive(mean, "the mean of a Pareto law");
  require_range(shape, kLeastParetoShape, 1000, "the shape of a Pareto law");
  return Law(family(make_pareto(mean.to_seconds(), shape),
                    fmt::format("Pareto, mean {}, shape {:g}", show(mean), shape)));
}

Law Law::uniform(Duration low, Duration high) {
  require_length(low, "the low end of a uniform law");
  require_length(high, "the high end of a uniform law");
  require(low <= high, fmt::format("the low end of a uniform law must not exceed the high end "
                                   "({} and {})",
                                   show(low), show(high)));
  if (low == high) return constant(low);
  return Law(family(make_uniform(low.to_seconds(), high.to_seconds()),
                    fmt::format("uniform from {} to {}", show(low), show(high))));
}

Law Law::triangular(Duration low, Duration mode, Duration high) {
  require_length(low, "the low end of a triangular law");
  require_length(high, "the high end of a triangular law");
  require(low <= mode && mode <= high,
          fmt::format("a triangular law needs low <= mode <= high ({}, {}, {})", show(low),
                      show(mode), show(high)));
  if (low == high) return constant(low);
  return Law(
      family(make_triangular(low.to_seconds(), mode.to_seconds(), high.to_seconds()),
             fmt::format("triangular from {} over {} to {}", show(low), show(mode), show(high))));
}

Law Law::mixture(const std::vector<Component>& components) {
  require(!components.empty() && components.size() <= kMostComponents,
          fmt::format("a mixture has 1 to {} parts (this one has {})", kMostComponents,
                      components.size()));
  double sum = 0;
  for (const Component& c : components) {
    require(
        c.weight > 0 && c.weight <= 1 + 1e-6,
        fmt::format("a weight of a mixture must be above 0 and at most 1 (it is {:g})", c.weight));
    sum += c.weight;
  }
  require(std::fabs(sum - 1) <= 1e-6,
          fmt::format("the weights of a mixture must sum to 1 (they sum to {:.9g})", sum));
  std::vector<WeightedBody> parts;
  for (const Component& c : components) {
    c.law.body_->append_parts(c.weight / sum, c.law.body_, parts);
  }
  require(parts.size() <= kMostComponents,
          fmt::format("a mixture of mixtures has at most {} parts in all (this one has {})",
                      kMostComponents, parts.size()));
  return Law(make_mixture_body(std::move(parts), {}, LawTransform{}));
}

Law Law::empirical(const std::vector<Duration>& values) {
  require(!values.empty() && values.size() <= kMostValues,
          fmt::format("an empirical law has 1 to {} values (this one has {})", kMostValues,
                      values.size()));
  std::vector<double> seconds;
  seconds.reserve(values.size());
  for (const Duration v : values) {
    require_length(v, "a value of an empirical law");
    seconds.push_back(v.to_seconds());
  }
  return Law(make_values_body(std::move(seconds)));
}

Law Law::scaled(double factor) const {
  require_range(factor, 1e-9, 1e9, "the factor of a law");
  return Law(body_->transformed({factor, 0.0, 0.0, math::kInfinity}));
}

Law Law::shifted(Duration shift) const {
  require_length(shift < Duration{} ? -shift : shift, "the shift of a law");
  return Law(body_->transformed({1.0, shift.to_seconds(), 0.0, math::kInfinity}));
}

Law Law::at_least(Duration bound) const {
  require_length(bound, "the least value of a law");
  return Law(body_->transformed({1.0, 0.0, bound.to_seconds(), math::kInfinity}));
}

Law Law::at_most(Duration bound) const {
  require_length(bound, "the greatest value of a law");
  return Law(body_->transformed({1.0, 0.0, 0.0, bound.to_seconds()}));
}

double Law::mean_seconds() const { return body_->mean(); }
double Law::variance() const { return body_->variance(); }
double Law::squared_cv() const {
  const double mean = body_->mean();
  return mean > 0 ? body_->variance() / (mean * mean) : 0.0;
}
double Law::cdf(double seconds) const { return body_->cdf(seconds); }
double Law::survival(double seconds) const { return body_->survival(seconds); }

double Law::quantile_seconds(double p) const {
  require_range(p, 0, 1, "a probability");
  return body_->quantile(p, 1.0 - p);
}

double Law::upper_quantile_seconds(double survival) const {
  require_range(survival, 0, 1, "a probability");
  return body_->quantile(1.0 - survival, survival);
}

bool Law::is_constant() const { return body_->is_constant(); }
const std::vector<double>& Law::values() const { return body_->values(); }
std::string Law::describe() const { return body_->describe(); }

}  // namespace lifeboat::sim
