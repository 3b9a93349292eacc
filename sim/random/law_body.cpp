#include "sim/random/law_body.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "sim/random/quadrature.hpp"

namespace lifeboat::sim {

double LawTransform::apply(double x) const {
  return std::min(std::max(scale * x + shift, lower), upper);
}

LawTransform compose(const LawTransform& outer, const LawTransform& inner) {
  return {outer.scale * inner.scale, outer.scale * inner.shift + outer.shift,
          outer.apply(inner.lower), outer.apply(inner.upper)};
}

std::string describe_seconds(double seconds) {
  struct Unit {
    double seconds;
    const char* name;
  };
  constexpr std::array<Unit, 6> kUnits{
      {{86400.0, "d"}, {3600.0, "h"}, {60.0, "min"}, {1.0, "s"}, {1e-3, "ms"}, {1e-6, "us"}}};
  if (seconds == 0) return "0 s";
  for (const Unit& unit : kUnits) {
    const double value = seconds / unit.seconds;
    if (std::fabs(value) < 1 - 1e-9) continue;
    // Longer units for what is short in them: 1.5 h, but 110 s and not 1.83333 min.
    const double tenths = value * 10;
    const bool odd = std::fabs(tenths - std::round(tenths)) > 1e-6;
    if (unit.seconds > 1 && odd) continue;
    return fmt::format("{:.6g} {}", value, unit.name);
  }
  return fmt::format("{:.6g} ns", seconds * 1e9);
}

std::string describe_transform(const LawTransform& t) {
  std::string text;
  if (t.scale != 1) text += fmt::format(", times {:.6g}", t.scale);
  if (t.shift > 0) text += ", plus " + describe_seconds(t.shift);
  if (t.shift < 0) text += ", minus " + describe_seconds(-t.shift);
  // What is shifted by so much is at least that.
  if (t.lower > std::max(t.shift, 0.0)) text += ", at least " + describe_seconds(t.lower);
  if (t.upper < math::kInfinity) text += ", at most " + describe_seconds(t.upper);
  return text;
}

const std::vector<double>& Law::Body::values() const {
  static const std::vector<double> kNone;
  return kNone;
}

void Law::Body::append_parts(double weight, const std::shared_ptr<const Body>& self,
                             std::vector<WeightedBody>& parts) const {
  parts.push_back({weight, self});
}

namespace {

class Values final : public Law::Body {
 public:
  explicit Values(std::vector<double> values) : values_(std::move(values)) {
    std::sort(values_.begin(), values_.end());
    const double count = static_cast<double>(values_.size());
    for (const double v : values_) mean_ += v / count;
    for (const double v : values_) variance_ += (v - mean_) * (v - mean_) / count;
    if (is_constant()) {
      mean_ = values_.front();
      variance_ = 0;
    }
  }
  double mean() const override { return mean_; }
  double variance() const override { return variance_; }
  double cdf(double x) const override { return share(count_up_to(x)); }
  double survival(double x) const override { return share(values_.size() - count_up_to(x)); }
  double quantile(double p, double survival) const override {
    const double count = static_cast<double>(values_.size());
    const double last = count - 1.0;
    const double index = p < 0.5 ? std::ceil(p * count) - 1.0 : last - std::floor(survival * count);
    return values_[static_cast<std::size_t>(std::clamp(index, 0.0, last))];
  }
  bool is_constant() const override { return values_.front() == values_.back(); }
  std::string describe() const override {
    if (is_constant()) return "constant, " + describe_seconds(values_.front());
    return fmt::format("empirical, {} values, mean {}", values_.size(), describe_seconds(mean_));
  }
  std::shared_ptr<const Body> transformed(const LawTransform& t) const override {
    std::vector<double> moved = values_;
    for (double& v : moved) v = t.apply(v);
    return make_values_body(std::move(moved));
  }
  const std::vector<double>& values() const override { return values_; }

 private:
  std::size_t count_up_to(double x) const {
    const auto end = std::upper_bound(values_.begin(), values_.end(), x);
    return static_cast<std::size_t>(end - values_.begin());
  }
  double share(std::size_t count) const {
    return static_cast<double>(count) / static_cast<double>(values_.size());
  }
  std::vector<double> values_;
  double mean_ = 0;
  double variance_ = 0;
};

class Transformed final : public Law::Body {
 public:
  Transformed(std::shared_ptr<const LawFamily> family, std::string text, const LawTransform& t)
      : family_(std::move(family)), text_(std::move(text)), t_(t) {
    mean_ = expectation(t_.scale * family_->mean() + t_.shift, [](double y) { return y; });
    const double off_centre = t_.scale * family_->mean() + t_.shift - mean_;
    variance_ = expectation(t_.scale * t_.scale * family_->variance() + off_centre * off_centre,
                            [this](double y) { return (y - mean_) * (y - mean_); });
  }
  double mean() const override { return mean_; }
  double variance() const override { return variance_; }
  double cdf(double y) const override {
    if (y < t_.lower) return 0.0;
    return y >= t_.upper ? 1.0 : family_->cdf((y - t_.shift) / t_.scale);
  }
  double survival(double y) const override {
    if (y < t_.lower) return 1.0;
    return y >= t_.upper ? 0.0 : family_->survival((y - t_.shift) / t_.scale);
  }
  double quantile(double p, double survival) const override {
    return t_.apply(family_->quantile(p, survival));
  }
  bool is_constant() const override { return false; }
  std::string describe() const override { return text_ + describe_transform(t_); }
  std::shared_ptr<const Body> transformed(const LawTransform& t) const override {
    return make_family_body(family_, text_, compose(t, t_));
  }

 private:
  // E[g(Y)]; `unbounded` is the same expectation without the bounds. Where a bound can bite, the
  // quantile function is integrated: over everything below an upper bound, and otherwise only
  // over what a lower bound changes.
  template <class Function>
  double expectation(double unbounded, const Function& g) const {
    const double cut_below = family_->cdf((t_.lower - t_.shift) / t_.scale);
    const double keep_below = family_->survival((t_.lower - t_.shift) / t_.scale);
    if (t_.upper == math::kInfinity) {
      if (cut_below <= 0) return unbounded;
      return unbounded + over_probabilities(0.0, 1.0, cut_below, keep_below, [&](double x) {
               return g(t_.lower) - g(t_.scale * x + t_.shift);
             });
    }
    const double cut_above = family_->survival((t_.upper - t_.shift) / t_.scale);
    const double keep_above = family_->cdf((t_.upper - t_.shift) / t_.scale);
    return g(t_.lower) * cut_below + g(t_.upper) * cut_above +
           over_probabilities(cut_below, keep_below, keep_above, cut_above,
                              [&](double x) { return g(t_.scale * x + t_.shift); });
  }

  // The integral of f(quantile) from probability p0 (survival s0) to p1 (survival s1).
  template <class Function>
  double over_probabilities(double p0, double s0, double p1, double s1, const Function& f) const {
    const double lower = integrate_by_octaves(
        p0, std::min(p1, 0.5), [&](double p) { return f(family_->quantile(p, 1.0 - p)); });
    const double upper = integrate_by_octaves(
        s1, std::min(s0, 0.5), [&](double s) { return f(family_->quantile(1.0 - s, s)); });
    return lower + upper;
  }

  std::shared_ptr<const LawFamily> family_;
  std::string text_;
  LawTransform t_;
  double mean_ = 0;
  double variance_ = 0;
};

}  // namespace

std::shared_ptr<const Law::Body> make_values_body(std::vector<double> values) {
  return std::make_shared<Values>(std::move(values));
}

std::shared_ptr<const Law::Body> make_family_body(std::shared_ptr<const LawFamily> family,
                                                  std::string text, const LawTransform& transform) {
  const double least = transform.apply(family->quantile(0.0, 1.0));
  const double most = transform.apply(family->quantile(1.0, 0.0));
  if (least == most) return make_values_body({least});
  return std::make_shared<Transformed>(std::move(family), std::move(text), transform);
}

}  // namespace lifeboat::sim
