// Cold starts against the measured ones that they are made of.
#include "models/services/lambda/cold_start.hpp"

#include <cmath>

#include "tests/catch.hpp"

using namespace lifeboat;
using lifeboat::models::lambda::cold_start;
using lifeboat::models::lambda::runtimes;
using sim::Duration;
using sim::Law;

TEST_CASE("a cold start has the mean and the variance of its three stretches", "[oracle]") {
  // Lognormal with median m and 99th percentile q: sigma = ln(q / m) / 2.3263479,
  // mean = m exp(sigma^2 / 2), variance = mean^2 (exp(sigma^2) - 1).
  const auto moments = [](double median, double high) {
    const double sigma = std::log(high / median) / 2.3263478740408408;
    const double mean = median * std::exp(sigma * sigma / 2);
    return std::pair(mean, mean * mean * (std::exp(sigma * sigma) - 1));
  };
  for (const auto& runtime : runtimes()) {
    for (const bool image : {false, true}) {
      const Law application = Law::exponential(Duration::milliseconds(400));
      const Law law = cold_start(runtime, image, application);
      const auto placement = moments(0.050, 0.250);
      const auto start = image ? moments(runtime.image_p50_ms / 1e3, runtime.image_p99_ms / 1e3)
                               : moments(runtime.p50_ms / 1e3, runtime.p99_ms / 1e3);
      INFO(runtime.name);
      CHECK(law.mean_seconds() == Approx(placement.first + start.first + 0.4).epsilon(1e-6));
      CHECK(law.variance() == Approx(placement.second + start.second + 0.16).epsilon(1e-5));
    }
  }
}

TEST_CASE("the runtimes have rising quantiles and names of their own", "[unit]") {
  for (const auto& runtime : runtimes()) {
    CHECK(runtime.p50_ms < runtime.p99_ms);
    CHECK(runtime.image_p50_ms < runtime.image_p99_ms);
  }
}
