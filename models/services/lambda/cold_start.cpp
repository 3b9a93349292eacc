#include "models/services/lambda/cold_start.hpp"

#include <cmath>

namespace lifeboat::models::lambda {

namespace {

using sim::Duration;
using sim::Law;

Law quantiles_ms(double p50, double p99) {
  return Law::lognormal_quantiles(Duration::from_seconds(p50 * 1e-3),
                                  Duration::from_seconds(p99 * 1e-3));
}

}  // namespace

const std::vector<Runtime>& runtimes() {
  static const std::vector<Runtime> rows = {
      {"nodejs22.x", 140, 192, 271, 729},
      {"nodejs24.x", 134, 183, 271, 729},
      {"python3.13", 84, 139, 155, 400},
      {"python3.12", 84, 139, 155, 400},
      {"java21", 239, 628, 346, 774},
      {"java17", 203, 561, 306, 740},
      {"dotnet8", 250, 629, 400, 845},
      {"dotnet10", 249, 681, 400, 845},
      {"ruby3.4", 226, 495, 271, 496},
      {"ruby3.3", 239, 474, 271, 496},
      {"go", 50, 63, 47, 127},
      {"rust", 16, 49, 34, 102},
  };
  return rows;
}

Law cold_start(const Runtime& runtime, bool image, const Law& application) {
  // Placement and download: guess, median 50 ms, 99th percentile 250 ms.
  const Law placement = quantiles_ms(50, 250);
  const Law start = image ? quantiles_ms(runtime.image_p50_ms, runtime.image_p99_ms)
                          : quantiles_ms(runtime.p50_ms, runtime.p99_ms);
  const double mean = placement.mean_seconds() + start.mean_seconds() + application.mean_seconds();
  const double variance = placement.variance() + start.variance() + application.variance();
  return Law::lognormal(Duration::from_seconds(mean), std::sqrt(variance) / mean);
}

}  // namespace lifeboat::models::lambda
