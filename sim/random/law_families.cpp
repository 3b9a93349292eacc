// The continuous families. Formulas: Johnson, Kotz and Balakrishnan, Continuous Univariate
// Distributions, vol. 1 and 2 (2nd ed., 1994/95).
#include <algorithm>
#include <cmath>

#include "sim/random/law_body.hpp"

namespace lifeboat::sim {
namespace {

// -log of the survival probability.
double hazard(double p, double survival) {
  return p < 0.5 ? -math::log1p(-p) : -math::log(survival);
}

class Exponential final : public LawFamily {
 public:
  explicit Exponential(double mean) : mean_(mean) {}
  double mean() const override { return mean_; }
  double variance() const override { return mean_ * mean_; }
  double cdf(double x) const override { return x > 0 ? -math::expm1(-x / mean_) : 0.0; }
  double survival(double x) const override { return x > 0 ? math::exp(-x / mean_) : 1.0; }
  double quantile(double p, double survival) const override { return mean_ * hazard(p, survival); }

 private:
  double mean_;
};

class Erlang final : public LawFamily {
 public:
  Erlang(double mean, int stages) : stage_(mean / stages), stages_(stages) {}
  double mean() const override { return stage_ * stages_; }
  double variance() const override { return stage_ * stage_ * stages_; }
  double cdf(double x) const override { return math::erlang_cdf(stages_, x / stage_); }
  double survival(double x) const override { return math::erlang_survival(stages_, x / stage_); }
  double quantile(double p, double survival) const override {
    return stage_ * math::erlang_quantile(stages_, p, survival);
  }

 private:
  double stage_;  // mean of one stage
  int stages_;
};

class Lognormal final : public LawFamily {
 public:
  Lognormal(double mu, double sigma) : mu_(mu), sigma_(sigma) {}
  double mean() const override { return math::exp(mu_ + 0.5 * sigma_ * sigma_); }
  double variance() const override {
    const double m = mean();
    return m * m * math::expm1(sigma_ * sigma_);
  }
  double cdf(double x) const override {
    return x > 0 ? math::normal_cdf((math::log(x) - mu_) / sigma_) : 0.0;
  }
  double survival(double x) const override {
    return x > 0 ? math::normal_cdf((mu_ - math::log(x)) / sigma_) : 1.0;
  }
  double quantile(double p, double survival) const override {
    const double z = p < 0.5 ? math::normal_quantile(p) : -math::normal_quantile(survival);
    return math::exp(mu_ + sigma_ * z);
  }

 private:
  double mu_;
  double sigma_;
};

class Weibull final : public LawFamily {
 public:
  Weibull(double mean, double shape)
      : mean_(mean), shape_(shape), scale_(mean / math::gamma(1.0 + 1.0 / shape)) {}
  double mean() const override { return mean_; }
  double variance() const override {
    return scale_ * scale_ * math::gamma(1.0 + 2.0 / shape_) - mean_ * mean_;
  }
  double cdf(double x) const override { return x > 0 ? -math::expm1(-hazard_at(x)) : 0.0; }
  double survival(double x) const override { return x > 0 ? math::exp(-hazard_at(x)) : 1.0; }
  double quantile(double p, double survival) const override {
    return scale_ * math::pow(hazard(p, survival), 1.0 / shape_);
  }

 private:
  double hazard_at(double x) const { return math::pow(x / scale_, shape_); }
  double mean_;
  double shape_;
  double scale_;
};

class Pareto final : public LawFamily {
 public:
  Pareto(double mean, double shape)
      : mean_(mean), shape_(shape), minimum_(mean * (shape - 1.0) / shape) {}
  double mean() const override { return mean_; }
  double variance() const override {
    if (shape_ <= 2.0) return math::kInfinity;
    const double excess = shape_ - 1.0;
    return minimum_ * minimum_ * shape_ / (excess * excess * (shape_ - 2.0));
  }
  double cdf(double x) const override {
    return x > minimum_ ? -math::expm1(shape_ * math::log(minimum_ / x)) : 0.0;
  }
  double survival(double x) const override {
    return x > minimum_ ? math::exp(shape_ * math::log(minimum_ / x)) : 1.0;
  }
  double quantile(double p, double survival) const override {
    return minimum_ * math::exp(hazard(p, survival) / shape_);
  }

 private:
  double mean_;
  double shape_;
  double minimum_;
};

class Uniform final : public LawFamily {
 public:
  Uniform(double low, double high) : low_(low), high_(high) {}
  double mean() const override { return 0.5 * (low_ + high_); }
  double variance() const override { return (high_ - low_) * (high_ - low_) / 12.0; }
  double cdf(double x) const override { return std::clamp((x - low_) / (high_ - low_), 0.0, 1.0); }
  double survival(double x) const override {
    return std::clamp((high_ - x) / (high_ - low_), 0.0, 1.0);
  }
  double quantile(double p, double survival) const override {
    return p < 0.5 ? low_ + p * (high_ - low_) : high_ - survival * (high_ - low_);
  }

 private:
  double low_;
  double high_;
};

class Triangular final : public LawFamily {
 public:
  Triangular(double low, double mode, double high) : low_(low), mode_(mode), high_(high) {}
  double mean() const override { return (low_ + mode_ + high_) / 3.0; }
  double variance() const override {
    const double a = mode_ - low_;
    const double b = high_ - mode_;
    return (a * a + a * b + b * b) / 18.0;
  }
  double cdf(double x) const override { return x <= mode_ ? rising(x) : 1.0 - falling(x); }
  double survival(double x) const override { return x > mode_ ? falling(x) : 1.0 - rising(x); }
  double quantile(double p, double survival) const override {
    const double width = high_ - low_;
    if (p * width <= mode_ - low_) return low_ + std::sqrt(p * width * (mode_ - low_));
    return high_ - std::sqrt(survival * width * (high_ - mode_));
  }

 private:
  double rising(double x) const {
    if (x <= low_) return 0.0;
    return (x - low_) / (high_ - low_) * ((x - low_) / (mode_ - low_));
  }
  double falling(double x) const {
    if (x >= high_) return 0.0;
    return (high_ - x) / (high_ - low_) * ((high_ - x) / (high_ - mode_));
  }
  double low_;
  double mode_;
  double high_;
};

}  // namespace

std::unique_ptr<const LawFamily> make_exponential(double mean) {
  return std::make_unique<Exponential>(mean);
}
std::unique_ptr<const LawFamily> make_erlang(double mean, int stages) {
  return std::make_unique<Erlang>(mean, stages);
}
std::unique_ptr<const LawFamily> make_lognormal(double log_median, double sigma) {
  return std::make_unique<Lognormal>(log_median, sigma);
}
std::unique_ptr<const LawFamily> make_weibull(double mean, double shape) {
  return std::make_unique<Weibull>(mean, shape);
}
std::unique_ptr<const LawFamily> make_pareto(double mean, double shape) {
  return std::make_unique<Pareto>(mean, shape);
}
std::unique_ptr<const LawFamily> make_uniform(double low, double high) {
  return std::make_unique<Uniform>(low, high);
}
std::unique_ptr<const LawFamily> make_triangular(double low, double mode, double high) {
  return std::make_unique<Triangular>(low, mode, high);
}

}  // namespace lifeboat::sim
