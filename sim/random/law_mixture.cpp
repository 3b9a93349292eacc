// A mixture of laws, and its quantile function by root finding.
//
// The quantile of a mixture lies between the least and the greatest of its parts' quantiles at
// the same probability, which brackets the root. Inside the bracket: Chandrupatla's method
// (Advances in Engineering Software 28, 1997: inverse quadratic interpolation that falls back to
// bisection) on the logarithm of the smaller tail.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "sim/random/law_body.hpp"

namespace lifeboat::sim {
namespace {

// The x in [low, high] where the non-decreasing f changes sign, to 1e-13 of x; where f jumps over
// zero, the place of the jump, on its upper side.
template <class Function>
double find_crossing(double low, double high, const Function& f) {
  double f_low = f(low);
  if (f_low >= 0) return low;
  double f_high = f(high);
  if (f_high <= 0) return high;
  constexpr double kPrecision = 1e-13;
  double x = 0.5 * (low + high);
  // `oldest` is the end that the last step replaced, for the quadratic.
  for (int i = 0; i < 200 && high - low > kPrecision * high; ++i) {
    const double f_x = f(x);
    double oldest = 0.0;
    double f_oldest = 0.0;
    if (f_x < 0) {
      oldest = low, f_oldest = f_low;
      low = x, f_low = f_x;
    } else {
      oldest = high, f_oldest = f_high;
      high = x, f_high = f_x;
    }
    // Chandrupatla's test: interpolate only where the inverse is monotone over the bracket.
    const bool x_is_low = f_x < 0;
    const double a = x;
    const double f_a = f_x;
    const double b = x_is_low ? high : low;
    const double f_b = x_is_low ? f_high : f_low;
    const double position = (a - b) / (oldest - b);
    const double ratio = (f_a - f_b) / (f_oldest - f_b);
    double share = 0.5;  // of the way from a to b
    if (ratio * ratio < position && (1 - ratio) * (1 - ratio) < 1 - position) {
      share = f_a / (f_b - f_a) * (f_oldest / (f_b - f_oldest)) +
              (oldest - a) / (b - a) * (f_a / (f_oldest - f_a)) * (f_b / (f_oldest - f_b));
    }
    const double least = 0.4 * kPrecision * high / (high - low);
    share = std::clamp(share, std::min(least, 0.5), std::max(1 - least, 0.5));
    x = a + share * (b - a);
  }
  return high;
}

class Mixture final : public Law::Body {
 public:
  Mixture(std::vector<WeightedBody> parts, std::string text, const LawTransform& shown)
      : parts_(std::move(parts)), text_(std::move(text)), shown_(shown) {
    for (const WeightedBody& part : parts_) mean_ += part.weight * part.body->mean();
    for (const WeightedBody& part : parts_) {
      const double off = part.body->mean() - mean_;
      variance_ += part.weight * (part.body->variance() + off * off);
    }
  }
  double mean() const override { return mean_; }
  double variance() const override { return variance_; }
  double cdf(double x) const override {
    double sum = 0;
    for (const WeightedBody& part : parts_) sum += part.weight * part.body->cdf(x);
    return sum;
  }
  double survival(double x) const override {
    double sum = 0;
    for (const WeightedBody& part : parts_) sum += part.weight * part.body->survival(x);
    return sum;
  }
  double quantile(double p, double survival_p) const override {
    double low = math::kInfinity;
    double high = 0.0;
    for (const WeightedBody& part : parts_) {
      const double q = part.body->quantile(p, survival_p);
      low = std::min(low, q);
      high = std::max(high, q);
    }
    if (!(high > low) || high == math::kInfinity) return high;
    constexpr double kTiny = 1e-300;  // the logarithm of nothing stays finite
    if (p < 0.5) {
      const double target = math::log(p + kTiny);
      return find_crossing(low, high, [&](double x) { return math::log(cdf(x) + kTiny) - target; });
    }
    const double target = math::log(survival_p + kTiny);
    return find_crossing(low, high,
                         [&](double x) { return target - math::log(survival(x) + kTiny); });
  }
  bool is_constant() const override { return false; }
  std::string describe() const override {
    if (!text_.empty()) return text_ + describe_transform(shown_);
    std::string list = "mixture of ";
    for (const WeightedBody& part : parts_) {
      if (&part != parts_.data()) list += " and ";
      list += fmt::format("{:.6g} ({})", part.weight, part.body->describe());
    }
    return list;
  }
  std::shared_ptr<const Body> transformed(const LawTransform& t) const override {
    std::vector<WeightedBody> moved = parts_;
    for (WeightedBody& part : moved) part.body = part.body->transformed(t);
    return make_mixture_body(std::move(moved), text_, compose(t, shown_));
  }
  void append_parts(double weight, const std::shared_ptr<const Body>& /*self*/,
                    std::vector<WeightedBody>& parts) const override {
    for (const WeightedBody& part : parts_) parts.push_back({weight * part.weight, part.body});
  }

 private:
  std::vector<WeightedBody> parts_;
  std::string text_;
  LawTransform shown_;
  double mean_ = 0;
  double variance_ = 0;
};

}  // namespace

std::shared_ptr<const Law::Body> make_mixture_body(std::vector<WeightedBody> parts,
                                                   std::string text, const LawTransform& shown) {
  const auto same_constant = [&](const WeightedBody& part) {
    return part.body->is_constant() && part.body->mean() == parts.front().body->mean();
  };
  if (parts.size() == 1 || std::all_of(parts.begin(), parts.end(), same_constant)) {
    return parts.front().body;
  }
  return std::make_shared<Mixture>(std::move(parts), std::move(text), shown);
}

}  // namespace lifeboat::sim
