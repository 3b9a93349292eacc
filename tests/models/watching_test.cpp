// Bins, gaps and late datapoints, by hand.
#include "models/watching/metric_bins.hpp"
#include "tests/catch.hpp"

using lifeboat::models::Datapoint;
using lifeboat::models::MetricBins;
using lifeboat::sim::Instant;

namespace {

Datapoint point(double visible_at, double value, bool present = true) {
  Datapoint result;
  result.visible_at = Instant::from_seconds(visible_at);
  result.value = value;
  result.present = present;
  return result;
}

}  // namespace

TEST_CASE("An alarm needs every one of its datapoints, and sees none before it is published",
          "[unit]") {
  MetricBins bins;
  bins.close(point(180, 0.8));
  bins.close(point(240, 0.8));
  bins.close(point(300, 0.8));
  CHECK_FALSE(bins.all_above(Instant::from_seconds(299), 3, 0.6));
  CHECK(bins.all_above(Instant::from_seconds(300), 3, 0.6));
  CHECK_FALSE(bins.all_above(Instant::from_seconds(300), 3, 0.8));
  bins.close(point(360, 0.8, false));
  CHECK_FALSE(bins.all_above(Instant::from_seconds(360), 3, 0.6));
  CHECK(bins.all_above(Instant::from_seconds(359), 3, 0.6));
}

TEST_CASE("Old datapoints make room for new ones", "[unit]") {
  MetricBins bins;
  for (int i = 0; i < 200; ++i) bins.close(point(i, i));
  const auto latest = bins.visible(Instant::from_seconds(1000), 0);
  REQUIRE(latest);
  CHECK(latest->value == 199);
  CHECK(bins.visible(Instant::from_seconds(1000), MetricBins::kKept - 1)->value == 152);
  CHECK_FALSE(bins.visible(Instant::from_seconds(1000), MetricBins::kKept));
  CHECK(bins.all_below(Instant::from_seconds(1000), 15, 200));
}
