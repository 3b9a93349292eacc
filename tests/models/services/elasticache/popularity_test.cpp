// Sums of Zipf popularities against plain addition.
#include "models/services/elasticache/popularity.hpp"

#include <cmath>
#include <numeric>

#include "tests/catch.hpp"

using lifeboat::models::elasticache::Popularity;

TEST_CASE("the share of the most popular keys is the sum of their popularities", "[oracle]") {
  for (const double s : {0.0, 0.6, 0.9, 1.0, 1.4}) {
    for (const std::uint32_t n : {1U, 10U, 5000U, 200000U}) {
      const Popularity popularity(n, s);
      std::vector<double> sum{0.0};  // the oracle: term by term
      for (std::uint32_t i = 1; i <= n; ++i) {
        sum.push_back(sum.back() + std::pow(static_cast<double>(i), -s));
      }
      for (const double part : {0.0, 0.001, 0.1, 0.5, 0.99, 1.0}) {
        const auto k = static_cast<std::size_t>(part * n);
        CHECK(popularity.of_top(static_cast<double>(k)) ==
              Approx(sum[k] / sum[n]).epsilon(1e-6).margin(1e-12));
      }
    }
  }
}

TEST_CASE("more keys than there are hold all of the popularity", "[unit]") {
  const Popularity popularity(100, 0.9);
  CHECK(popularity.of_top(1e9) == Approx(1.0));
  CHECK(popularity.of_top(-5) == 0.0);
}

TEST_CASE("the shards' shares sum to one, and the most popular key makes a hot shard", "[unit]") {
  const Popularity skewed(200000, 1.1);
  const std::vector<double> shares = skewed.by_shard(4);
  CHECK(std::accumulate(shares.begin(), shares.end(), 0.0) == Approx(1.0));
  CHECK(*std::max_element(shares.begin(), shares.end()) > 0.25 + 0.5 * skewed.of_top(1));
  // One key only: its shard has everything.
  const std::vector<double> single = Popularity(1, 0.9).by_shard(3);
  CHECK(*std::max_element(single.begin(), single.end()) == Approx(1.0));
}
