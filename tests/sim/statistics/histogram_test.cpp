// The histogram against sorted samples, and its algebra: merging, writing, reading.
#include "sim/statistics/histogram.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "tests/catch.hpp"

using lifeboat::sim::Duration;
using lifeboat::sim::Histogram;
using lifeboat::sim::WideSum;

namespace {

Duration ns(std::int64_t n) { return Duration::nanoseconds(n); }

// Latencies of very different scales.
std::vector<std::int64_t> sample(std::uint64_t seed, std::size_t n, double log10_scale,
                                 double spread) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal(log10_scale, spread);
  std::vector<std::int64_t> values;
  for (std::size_t i = 0; i < n; ++i) {
    values.push_back(static_cast<std::int64_t>(std::pow(10.0, std::min(normal(random), 18.0))));
  }
  return values;
}

Histogram histogram_of(const std::vector<std::int64_t>& values) {
  Histogram h;
  for (const std::int64_t v : values) h.add(v);
  return h;
}

}  // namespace

TEST_CASE("A quantile is within a bucket's width of the order statistics around it", "[property]") {
  for (const auto& [seed, scale, spread] :
       {std::tuple{1, 8.0, 0.5}, {2, 3.0, 2.0}, {3, 1.5, 0.7}, {4, 13.0, 3.0}}) {
    std::vector<std::int64_t> values =
        sample(static_cast<std::uint64_t>(seed), 5000, scale, spread);
    const Histogram h = histogram_of(values);
    std::sort(values.begin(), values.end());
    for (int i = 0; i <= 1000; ++i) {
      const double q = i / 1000.0;
      const double exact = static_cast<double>(
          values[static_cast<std::size_t>(std::max(0.0, std::ceil(q * 5000) - 1))]);
      const double got = static_cast<double>(h.quantile(q)->count());
      if (std::abs(got - exact) > exact * Histogram::kRelativeWidth + 0.5) {
        CAPTURE(q, exact, got);
        FAIL_CHECK("a quantile is too far from the order statistic");
      }
    }
    CHECK(h.quantile(0)->count() == values.front());
    CHECK(h.quantile(1)->count() == values.back());
    CHECK(h.min()->count() == values.front());
    CHECK(h.max()->count() == values.back());
    CHECK(h.memory_bytes() <= 60'000);
  }
}

TEST_CASE("Quantiles of smooth data are far closer than a bucket", "[oracle]") {
  // 1 to 1,000,000 microseconds, evenly: the exact quantile of q is q seconds.
  Histogram h;
  for (std::int64_t i = 1; i <= 1'000'000; ++i) h.add(i * 1000);
  for (const double q : {0.01, 0.1, 0.5, 0.9, 0.99, 0.999}) {
    CHECK(h.quantile(q)->to_seconds() == Approx(q).epsilon(3e-5));
    CHECK(h.fraction_above(Duration::from_seconds(q)) == Approx(1 - q).epsilon(1e-3));
  }
}

TEST_CASE("A list of few and counts say the same", "[property]") {
  const std::vector<std::int64_t> values = sample(5, 200, 9.0, 2.5);
  for (std::size_t n = 1; n <= values.size(); ++n) {
    const auto cut = values.begin() + static_cast<std::ptrdiff_t>(n);
    const Histogram h = histogram_of({values.begin(), cut});
    // Read back from its parts it has counts, however few they are.
    const Histogram counts = Histogram::from_parts(h.parts());
    Histogram pieces = histogram_of({values.begin(), values.begin() + 1});
    pieces.merge(histogram_of({values.begin() + 1, cut}));
    Histogram onto_counts = Histogram::from_parts(histogram_of({values.begin(), cut}).parts());
    onto_counts.merge(h);
    CAPTURE(n);
    REQUIRE(h == counts);
    REQUIRE(pieces == counts);
    REQUIRE(onto_counts.count() == 2 * n);
    Histogram twice = h;
    twice.merge(twice);
    REQUIRE(twice == onto_counts);
    REQUIRE(h.buckets().size() == counts.buckets().size());
    for (const double q : {0.01, 0.3, 0.5, 0.77, 0.99}) {
      const Duration at = *counts.quantile(q);
      REQUIRE(*h.quantile(q) == at);
      REQUIRE(h.count_above(at) == counts.count_above(at));
    }
    if (n <= 64) REQUIRE(h.memory_bytes() <= 2 * std::max<std::size_t>(8, 2 * n));
  }
}

TEST_CASE("Counts, sum and mean are exact", "[unit]") {
  Histogram h;
  CHECK(h.count() == 0);
  CHECK(h.mean_seconds() == 0);
  CHECK(!h.min());
  CHECK(!h.max());
  CHECK(!h.quantile(0.5));
  CHECK(h.fraction_above(ns(0)) == 0);
  h.add(Duration::milliseconds(3));
  h.add(Duration::milliseconds(5));
  h.add(-7);  // a negative duration counts as zero
  CHECK(h.count() == 3);
  CHECK(h.sum_nanoseconds() == WideSum(0, 8'000'000));
  CHECK(h.mean_seconds() == Approx(0.008 / 3).epsilon(1e-15));
  CHECK(*h.min() == ns(0));
  CHECK(*h.max() == Duration::milliseconds(5));
}

TEST_CASE("Small values have a bucket each", "[unit]") {
  Histogram h;
  for (std::int64_t i = 0; i < 256; ++i) h.add(i);
  // Ranks 1 to 256 hold the values 0 to 255.
  CHECK(*h.quantile(0.5) == ns(127));
  CHECK(*h.quantile(10.0 / 256) == ns(9));
  CHECK(h.count_above(ns(99)) == 156);
  CHECK(h.count_above(ns(0)) == 255);
  CHECK(h.count_above(ns(-1)) == 256);
  CHECK(h.count_above(ns(255)) == 0);
  CHECK(h.buckets().size() == 256);
}

TEST_CASE("The longest durations have a bucket too", "[unit]") {
  Histogram h;
  h.add(std::numeric_limits<std::int64_t>::max());
  h.add(std::numeric_limits<std::int64_t>::min());
  h.add(0);
  h.add(std::numeric_limits<std::int64_t>::max());
  CHECK(h.count() == 4);
  CHECK(h.max()->is_infinite());
  CHECK(*h.quantile(0.5) == ns(0));
  CHECK(h.quantile(1.0)->is_infinite());
  CHECK(h.memory_bytes() <= 60'000);
  CHECK(h.sum_nanoseconds() == WideSum(0, 0xfffffffffffffffe));
}

TEST_CASE("Failures count as infinitely slow", "[unit]") {
  Histogram h;
  for (std::int64_t i = 1; i <= 90; ++i) h.add(i);
  // 90 values and 10 failures: the 90 % quantile is the last value, anything beyond is infinite.
  CHECK(*h.quantile_with_infinite(0.9, 10) == ns(90));
  CHECK(h.quantile_with_infinite(0.91, 10)->is_infinite());
  CHECK(*h.quantile_with_infinite(0.5, 10) == ns(50));
  CHECK(h.quantile_with_infinite(1.0, 1)->is_infinite());
  const Histogram none;
  CHECK(none.quantile_with_infinite(0.5, 3)->is_infinite());
  CHECK(!none.quantile_with_infinite(0.5, 0));
}

TEST_CASE("Merged histograms equal the histogram of all values, in any grouping", "[property]") {
  const std::vector<std::int64_t> a = sample(5, 800, 7, 1);
  const std::vector<std::int64_t> b = sample(6, 900, 10, 0.2);
  const std::vector<std::int64_t> c = sample(7, 50, 2, 0.5);
  std::vector<std::int64_t> all = a;
  all.insert(all.end(), b.begin(), b.end());
  all.insert(all.end(), c.begin(), c.end());
  const Histogram whole = histogram_of(all);

  Histogram left = histogram_of(a);
  left.merge(histogram_of(b));
  left.merge(histogram_of(c));
  Histogram right = histogram_of(c);
  right.merge(histogram_of(b));
  right.merge(Histogram{});
  right.merge(histogram_of(a));
  CHECK(left == whole);
  CHECK(right == whole);
  CHECK(!(histogram_of(a) == whole));
  for (const double q : {0.0, 0.2, 0.5, 0.99, 1.0}) CHECK(left.quantile(q) == right.quantile(q));

  left.clear();
  CHECK(left == Histogram{});
  left.merge(whole);
  CHECK(left == whole);
}

TEST_CASE("A histogram survives being written and read", "[property]") {
  const Histogram h = histogram_of(sample(8, 1000, 8, 1));
  CHECK(Histogram::from_parts(h.parts()) == h);
  CHECK(Histogram::from_parts({}) == Histogram{});
  Histogram again = Histogram::from_parts(h.parts());
  again.add(1);
  again.add(std::numeric_limits<std::int64_t>::max());
  CHECK(again.count() == 1002);
  CHECK(*again.min() == ns(1));
}

TEST_CASE("Parts that no histogram has are refused", "[unit]") {
  const Histogram h = histogram_of(sample(9, 100, 8, 1));
  const auto refused = [&](auto&& spoil) {
    Histogram::Parts parts = h.parts();
    spoil(parts);
    CHECK_THROWS_AS(Histogram::from_parts(parts), std::invalid_argument);
  };
  refused([](Histogram::Parts& p) { p.first_bucket += 1; });
  refused([](Histogram::Parts& p) { p.first_bucket = ~std::size_t{0}; });
  refused([](Histogram::Parts& p) { p.min_ns = 0; });
  refused([](Histogram::Parts& p) { p.max_ns *= 2; });
  refused([](Histogram::Parts& p) { p.counts.resize(1'000'000); });
  refused([](Histogram::Parts& p) { p.counts.front() = p.counts.back() = ~std::uint64_t{0}; });
}

TEST_CASE("Buckets tile the durations without gap or overlap", "[property]") {
  Histogram h;
  std::uint64_t next = 0;
  // One value at the lower edge of every bucket, found from the bucket before.
  for (int i = 0; i < 3000; ++i) {
    Histogram one;
    one.add(static_cast<std::int64_t>(next));
    const Histogram::Bucket bucket = one.buckets().front();
    REQUIRE(bucket.low_ns == next);
    REQUIRE(static_cast<double>(bucket.high_ns - bucket.low_ns) <=
            std::max(1.0, Histogram::kRelativeWidth * static_cast<double>(next)));
    Histogram last;
    last.add(static_cast<std::int64_t>(bucket.high_ns - 1));
    REQUIRE(last.buckets().front().low_ns == next);
    next = bucket.high_ns;
  }
  CHECK(next > 700'000'000);
}
