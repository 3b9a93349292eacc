// What a Law points to. Private to this folder.
//
// Three forms: values (a constant is one value, an empirical law many), a family seen through a
// transform, and a mixture. Everything is in seconds.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/random/law.hpp"
#include "sim/random/math.hpp"

namespace lifeboat::sim {

/// y = min(max(scale x + shift, lower), upper), with scale > 0 and 0 <= lower <= upper.
struct LawTransform {
  double scale = 1.0;
  double shift = 0.0;
  double lower = 0.0;
  double upper = math::kInfinity;

  [[nodiscard]] double apply(double x) const;
  [[nodiscard]] bool operator==(const LawTransform&) const = default;
};

/// First `inner`, then `outer`.
[[nodiscard]] LawTransform compose(const LawTransform& outer, const LawTransform& inner);

/// A continuous law without transform: strictly increasing distribution function on its support.
class LawFamily {
 public:
  virtual ~LawFamily() = default;
  [[nodiscard]] virtual double mean() const = 0;
  [[nodiscard]] virtual double variance() const = 0;
  [[nodiscard]] virtual double cdf(double x) const = 0;
  [[nodiscard]] virtual double survival(double x) const = 0;
  /// p + survival = 1; uses the smaller, so that neither end loses digits.
  [[nodiscard]] virtual double quantile(double p, double survival) const = 0;
};

std::unique_ptr<const LawFamily> make_exponential(double mean);
std::unique_ptr<const LawFamily> make_erlang(double mean, int stages);
std::unique_ptr<const LawFamily> make_lognormal(double log_median, double sigma);
std::unique_ptr<const LawFamily> make_weibull(double mean, double shape);
std::unique_ptr<const LawFamily> make_pareto(double mean, double shape);
std::unique_ptr<const LawFamily> make_uniform(double low, double high);
std::unique_ptr<const LawFamily> make_triangular(double low, double mode, double high);

struct WeightedBody {
  double weight;  // the weights of a mixture sum to 1
  std::shared_ptr<const Law::Body> body;
};

class Law::Body {
 public:
  virtual ~Body() = default;
  [[nodiscard]] virtual double mean() const = 0;
  [[nodiscard]] virtual double variance() const = 0;
  [[nodiscard]] virtual double cdf(double x) const = 0;
  [[nodiscard]] virtual double survival(double x) const = 0;
  [[nodiscard]] virtual double quantile(double p, double survival) const = 0;
  [[nodiscard]] virtual bool is_constant() const = 0;
  [[nodiscard]] virtual std::string describe() const = 0;
  [[nodiscard]] virtual std::shared_ptr<const Body> transformed(const LawTransform& t) const = 0;
  [[nodiscard]] virtual const std::vector<double>& values() const;
  /// Appends what this body, `self`, adds to a mixture: itself, or its own parts.
  virtual void append_parts(double weight, const std::shared_ptr<const Body>& self,
                            std::vector<WeightedBody>& parts) const;
};

/// All values equally likely; at least one, in any order.
std::shared_ptr<const Law::Body> make_values_body(std::vector<double> values);
/// `text` describes the family without the transform.
std::shared_ptr<const Law::Body> make_family_body(std::shared_ptr<const LawFamily> family,
                                                  std::string text, const LawTransform& transform);

/// `text` describes the mixture without the transform; empty means to list the parts.
std::shared_ptr<const Law::Body> make_mixture_body(std::vector<WeightedBody> parts,
                                                   std::string text, const LawTransform& shown);

/// "10 ms", "1.5 h": six significant digits in the largest unit that leaves at least 1.
[[nodiscard]] std::string describe_seconds(double seconds);
/// ", plus 5 ms, at least 1 ms" and so on; empty for the identity.
[[nodiscard]] std::string describe_transform(const LawTransform& t);

}  // namespace lifeboat::sim
