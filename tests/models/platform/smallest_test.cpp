// The smallest platform, from text to a measured run.
#include "sim/trial/trial.hpp"
#include "tests/models/platform/platform_text.hpp"

using namespace lifeboat;
using lifeboat::tests::sound_text;
using lifeboat::tests::stream;

// M/M/1 at rho 0.9 and service 100/s: sojourn 1 / (100 - 90) = 0.1 s. The sample mean over t
// seconds has a variance of about 2 s^2 (1 + rho) / (lambda (1 - rho)^4 t) with s = 10 ms: over
// 2000 s a standard error of 4.6 ms; 25 % is over 5 of them (false failure 1e-7).
TEST_CASE("The smallest platform is an M/M/1 queue", "[oracle]") {
  const auto loaded = sound_text(R"({
    "format": "lifeboat/platform/1", "name": "mm1",
    "regions": { "home": { "code": "ap-southeast-1" } },
    "services": { "till": { "kind": "queue", "region": "home", "servers": 1,
        "operations": { "serve": { "demand": { "exponential": { "mean": "10ms" } } } } } },
    "journeys": { "visit": { "entry": "till.serve" } } })");
  models::CompiledPlatform platform = models::compile_platform(loaded.platform);
  REQUIRE(platform.journeys.count("visit") == 1);
  platform.network().add_source(
      stream(platform.journeys.at("visit"), {{sim::Instant::origin(), 90}}));
  const auto network = platform.network().build();
  sim::RunOptions options;
  options.warmup = sim::Duration::seconds(100);
  options.duration = sim::Duration::seconds(2000);
  const sim::TrialResult result = sim::run_trial(*network, options, 0);
  REQUIRE(result.journeys.size() == 1);
  CHECK(result.journeys[0].failed == 0);
  CHECK(result.journeys[0].latency.mean_seconds() == Approx(0.1).epsilon(0.25));
}
