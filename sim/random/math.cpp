#include "sim/random/math.hpp"

#include <cmath>

namespace lifeboat::sim::math {

// std::sqrt and std::fabs are exact (IEEE 754); no other function of <cmath> may be used here.

double log1p(double x) {
  // Kahan: the rounding error of 1 + x is the same in the logarithm and in the divisor.
  const double sum = 1.0 + x;
  if (sum == 1.0 || !(sum > 0) || sum == kInfinity) return sum == 1.0 ? x : log(sum);
  return log(sum) * (x / (sum - 1.0));
}

double expm1(double x) {
  const double power = exp(x);
  if (power == 1.0) return x;
  const double excess = power - 1.0;
  if (excess == -1.0 || excess == kInfinity || excess != excess) return excess;
  return excess * (x / log(power));
}

double pow(double x, double y) {
  if (y == 0 || x == 1) return 1.0;
  return exp(y * log(x));
}

double log_gamma(double x) {
  if (!(x > 0) || x == kInfinity) return x == 0 || x == kInfinity ? kInfinity : kNan;
  // gamma(x) = gamma(x + n) / (x (x+1) ... (x+n-1)), then Stirling's series above 15.
  double product = 1.0;
  while (x < 15.0) product *= x++;
  constexpr double kHalfLogTwoPi = 0.91893853320467274178;
  const double r = 1.0 / x;
  const double s = r * r;
  const double series =
      r * (1.0 / 12 +
           s * (-1.0 / 360 +
                s * (1.0 / 1260 +
                     s * (-1.0 / 1680 + s * (1.0 / 1188 + s * (-691.0 / 360360 + s / 156))))));
  return (x - 0.5) * log(x) - x + kHalfLogTwoPi + series - log(product);
}

double gamma(double x) { return exp(log_gamma(x)); }

double normal_cdf(double x) {
  if (x != x) return x;
  const double square = 0.5 * x * x;
  const double density = exp(-square) * 0.39894228040143267794;
  const double size = std::fabs(x);
  if (size < 2.5) {
    // Marsaglia (2004): Phi(x) - 1/2 = phi(x) (x + x^3/3 + x^5/(3 5) + ...).
    double term = x;
    double sum = x;
    for (int n = 3; n < 200 && std::fabs(term) > 1e-18 * std::fabs(sum); n += 2) {
      term *= x * x / n;
      sum += term;
    }
    return 0.5 + density * sum;
  }
  // Laplace's continued fraction of the tail: phi(x) / (x + 1/(x + 2/(x + 3/(x + ...)))), with as
  // many terms as full precision takes at this x (found by trial from 1.5 to 37).
  double fraction = size;
  const int terms = 12 + static_cast<int>(330.0 / (size * size));
  for (int n = terms; n >= 1; --n) fraction = size + n / fraction;
  const double tail = size == kInfinity ? 0.0 : density / fraction;
  return x < 0 ? tail : 1.0 - tail;
}

namespace {

// A polynomial with its highest coefficient first.
template <std::size_t N>
double polynomial(const std::array<double, N>& coefficients, double x) {
  double sum = 0.0;
  for (const double c : coefficients) sum = sum * x + c;
  return sum;
}

}  // namespace

double normal_quantile(double p) {
  if (!(p > 0 && p < 1)) return p == 0 ? -kInfinity : p == 1 ? kInfinity : kNan;
  const double q = p - 0.5;
  if (std::fabs(q) <= 0.425) {
    const double r = 0.180625 - q * q;
    return q *
           polynomial<8>({2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4,
                          4.5921953931549871457e4, 1.3731693765509461125e4, 1.9715909503065514427e3,
                          1.3314166789178437745e2, 3.3871328727963666080e0},
                         r) /
           polynomial<8>({5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4,
                          2.1213794301586595867e4, 5.3941960214247511077e3, 6.8718700749205790830e2,
                          4.2313330701600911252e1, 1.0},
                         r);
  }
  const double r = std::sqrt(-log(q < 0 ? p : 1.0 - p));
  double value = 0.0;
  if (r <= 5.0) {
    const double t = r - 1.6;
    value = polynomial<8>(
                {7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1,
                 1.27045825245236838258e0, 3.64784832476320460504e0, 5.76949722146069140550e0,
                 4.63033784615654529590e0, 1.42343711074968357734e0},
                t) /
            polynomial<8>(
                {1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2,
                 1.48103976427480074590e-1, 6.89767334985100004550e-1, 1.67638483018380384940e0,
                 2.05319162663775882187e0, 1.0},
                t);
  } else {
    const double t = r - 5.0;
    value = polynomial<8>(
                {2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3,
                 2.65321895265761230930e-2, 2.96560571828504891230e-1, 1.78482653991729133580e0,
                 5.46378491116411436990e0, 6.65790464350110377720e0},
                t) /
            polynomial<8>(
                {2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5,
                 7.86869131145613259100e-4, 1.48753612908506148525e-2, 1.36929880922735805310e-1,
                 5.99832206555887937690e-1, 1.0},
                t);
  }
  return q < 0 ? -value : value;
}

namespace {

// e^-x x^n / n!, the Poisson probability of n.
double poisson(int n, double x) { return exp(n * log(x) - x - log_gamma(n + 1.0)); }

double erlang_lower_series(int shape, double x) {
  double term = 1.0;
  double sum = 1.0;
  for (int n = shape + 1; term > 1e-18 * sum; ++n) {
    term *= x / n;
    sum += term;
  }
  return poisson(shape, x) * sum;
}

double erlang_upper_sum(int shape, double x) {
  double term = 1.0;
  double sum = 1.0;
  for (int n = shape - 1; n >= 1 && term > 1e-18 * sum; --n) {
    term *= n / x;
    sum += term;
  }
  return poisson(shape - 1, x) * sum;
}

}  // namespace

double erlang_cdf(int shape, double x) {
  if (!(x > 0)) return 0.0;
  if (shape == 1) return -expm1(-x);
  return x <= shape ? erlang_lower_series(shape, x) : 1.0 - erlang_upper_sum(shape, x);
}

double erlang_survival(int shape, double x) {
  if (!(x > 0)) return 1.0;
  if (shape == 1) return exp(-x);
  return x <= shape ? 1.0 - erlang_lower_series(shape, x) : erlang_upper_sum(shape, x);
}

double erlang_quantile(int shape, double p, double survival) {
  if (p <= 0) return 0.0;
  if (survival <= 0) return kInfinity;
  if (shape == 1) return p < 0.5 ? -log1p(-p) : -log(survival);
  // Wilson and Hilferty's cube for a start, then Newton on the logarithm of the smaller tail
  // (as a function of log x below, of x above: both nearly straight), kept inside a bracket.
  const double c = 1.0 / (9.0 * shape);
  const double z = p < 0.5 ? normal_quantile(p) : -normal_quantile(survival);
  const double root = 1.0 - c + z * std::sqrt(c);
  double x = shape * root * root * root;
  const double lowest = exp((log(p) + log_gamma(shape + 1.0)) / shape);  // as F(x) <= x^k / k!
  if (!(x > lowest)) x = lowest;
  double low = 0.0;
  double high = kInfinity;
  for (int i = 0; i < 100; ++i) {
    const bool lower_tail = p < 0.5;
    const double tail = lower_tail ? erlang_cdf(shape, x) : erlang_survival(shape, x);
    const double error = log(tail / (lower_tail ? p : survival));
    ((error > 0) == lower_tail ? high : low) = x;
    const double slope = poisson(shape - 1, x) / tail;  // of log(tail) by x, without its sign
    double next = lower_tail ? x * exp(-error / (slope * x)) : x + error / slope;
    // Newton squares the relative error, times at most some hundreds.
    if (std::fabs(next - x) <= 1e-9 * x) return next;
    if (!(next > low && next < high)) next = high == kInfinity ? 2.0 * x : 0.5 * (low + high);
    x = next;
  }
  return x;
}

}  // namespace lifeboat::sim::math
