// How long a new execution environment takes until it runs the handler.
//
// Three stretches, one after another: the platform places the environment and fetches the code,
// the runtime starts, the application starts. The runtime's part is measured (maxday/lambda-perf,
// x86-64, July and August 2026, about 430 starts each, pooled; memory from 128 to 1,024 MB barely
// matters); the other two are guesses.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "sim/random/law.hpp"

namespace lifeboat::models::lambda {

struct Runtime {
  std::string_view name;  ///< as AWS names it ("nodejs22.x")
  double p50_ms;
  double p99_ms;
  double image_p50_ms;  ///< the same as a container image
  double image_p99_ms;
};

/// The runtimes with a measured start; the first is the default.
[[nodiscard]] const std::vector<Runtime>& runtimes();

/// The law of the whole. A sum of lognormals is taken as the lognormal with its mean and variance.
[[nodiscard]] sim::Law cold_start(const Runtime& runtime, bool image, const sim::Law& application);

}  // namespace lifeboat::models::lambda
