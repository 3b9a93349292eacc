// Hit ratios of caches under independent references.
//
// Each request asks for item i with chance p_i, whatever came before (the independent reference
// model). Popularities need not be normalised; items that nobody asks for are allowed.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace lifeboat::sim::analytic {

/// Zipf popularities: item i (from 1) proportional to i^-exponent; they sum to 1.
[[nodiscard]] std::vector<double> zipf_popularities(std::size_t items, double exponent);

/// Hit ratio of random replacement, and of first in, first out: exact (King 1971, Gelenbe 1973).
/// The set of cached items has probability proportional to the product of its popularities.
/// O(items x capacity).
[[nodiscard]] double random_replacement_hit_ratio(std::span<const double> popularity,
                                                  std::size_t capacity);

/// Hit ratio of least recently used: Che's approximation (2002): every item stays for the same
/// characteristic time after its last use. Within 1 % for more than some tens of items.
[[nodiscard]] double che_hit_ratio(std::span<const double> popularity, std::size_t capacity);

/// A cache without limit whose entries live `ttl` seconds from their insertion, not renewed by
/// hits; Poisson requests, `rate` per second in all, filled at once. Exact:
/// an item asked for at rate r is found with r ttl / (1 + r ttl).
[[nodiscard]] double ttl_hit_ratio(std::span<const double> popularity, double rate, double ttl);

}  // namespace lifeboat::sim::analytic
