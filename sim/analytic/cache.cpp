#include "sim/analytic/cache.hpp"

#include <algorithm>
#include <stdexcept>

#include "sim/random/math.hpp"

namespace lifeboat::sim::analytic {
namespace {

double total(std::span<const double> popularity) {
  double sum = 0;
  for (const double p : popularity) {
    if (!(p >= 0 && p < 1e300)) throw std::invalid_argument("a popularity must be at least 0");
    sum += p;
  }
  if (!(sum > 0)) throw std::invalid_argument("a cache needs items that somebody asks for");
  return sum;
}

std::size_t items_in_use(std::span<const double> popularity) {
  return static_cast<std::size_t>(
      std::count_if(popularity.begin(), popularity.end(), [](double p) { return p > 0; }));
}

}  // namespace

std::vector<double> zipf_popularities(std::size_t items, double exponent) {
  if (items == 0 || !(exponent >= 0 && exponent <= 100)) {
    throw std::invalid_argument("Zipf popularities need items and an exponent from 0 to 100");
  }
  std::vector<double> p(items);
  double sum = 0;
  for (std::size_t i = items; i-- > 0;) {  // small ones first
    p[i] = math::pow(static_cast<double>(i + 1), -exponent);
    sum += p[i];
  }
  for (double& v : p) v /= sum;
  return p;
}

double random_replacement_hit_ratio(std::span<const double> popularity, std::size_t capacity) {
  const double sum = total(popularity);
  if (capacity == 0) return 0.0;
  if (capacity >= items_in_use(popularity)) return 1.0;
  // Elementary symmetric polynomials e_0 ... e_{C+1} of the popularities (only positive terms);
  // misses come from sets of C items and one more: (C + 1) e_{C+1} / e_C. Scaled as they grow.
  if (static_cast<double>(popularity.size()) * static_cast<double>(capacity) > 1e10) {
    throw std::invalid_argument("too many items and places for the exact hit ratio");
  }
  std::vector<double> e(capacity + 2, 0.0);
  e[0] = 1.0;
  // In units in which the two polynomials of interest stay near the largest.
  const double unit = sum / static_cast<double>(capacity + 1);
  for (const double p : popularity) {
    for (std::size_t k = capacity + 1; k > 0; --k) e[k] += e[k - 1] * (p / unit);
    const double largest = *std::max_element(e.begin(), e.end());
    if (largest > 1e200) {
      for (double& v : e) v /= largest;
    }
  }
  const double count = static_cast<double>(capacity) + 1;
  return 1.0 - count * e[capacity + 1] / e[capacity] * (unit / sum);
}

double che_hit_ratio(std::span<const double> popularity, std::size_t capacity) {
  const double sum = total(popularity);
  if (capacity == 0) return 0.0;
  if (capacity >= items_in_use(popularity)) return 1.0;
  // The characteristic time t (in requests) at which as many items are present as there are
  // places; the number present grows with t and is concave, so Newton from below converges.
  const double places = static_cast<double>(capacity);
  double t = places;
  for (int i = 0; i < 200; ++i) {
    double present = 0;
    double growth = 0;
    for (const double p : popularity) {
      const double gone = math::exp(-p / sum * t);
      present += 1 - gone;
      growth += p / sum * gone;
    }
    const double step = (places - present) / growth;
    t += step;
    if (step <= 1e-12 * t) break;
  }
  double hits = 0;
  for (const double p : popularity) hits -= p / sum * math::expm1(-p / sum * t);
  return hits;
}

double ttl_hit_ratio(std::span<const double> popularity, double rate, double ttl) {
  const double sum = total(popularity);
  if (!(rate >= 0 && ttl >= 0)) throw std::invalid_argument("a rate and a TTL must be at least 0");
  double hits = 0;
  for (const double p : popularity) {
    const double expected = p / sum * rate * ttl;
    hits += p / sum * (expected / (1 + expected));
  }
  return hits;
}

}  // namespace lifeboat::sim::analytic
