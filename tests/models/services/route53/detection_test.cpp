// Detection by health checks, as an outcome of probes.
#include "sim/control/controller.hpp"
#include "sim/trial/trial.hpp"
#include "tests/models/platform/platform_text.hpp"

using namespace lifeboat;
using lifeboat::tests::sound_text;
using lifeboat::tests::stream;

namespace {

struct Nothing {};

/// Closes a deployment's gate at time 0: connections are refused, or hang.
class Outage final : public sim::ControllerOf<Nothing> {
 public:
  Outage(sim::DeploymentId deployment, double refuse) : deployment_(deployment), refuse_(refuse) {}
  std::string name() const override { return "outage"; }
  bool is_fault() const override { return true; }

 private:
  void start_with(Nothing&, sim::Control& control) const override {
    control.wake_at(sim::Instant::origin());
  }
  void wake_with(Nothing&, sim::Control& control) const override {
    sim::Effect effect;
    effect.share = refuse_;
    effect.refuse_share = refuse_;
    control.begin_effect({deployment_}, effect);
  }
  sim::DeploymentId deployment_;
  double refuse_;
};

double mean_detection(double refuse, const std::string& interval, int trials) {
  const auto loaded = sound_text(R"({
    "format": "lifeboat/platform/1", "name": "check",
    "regions": { "sg": { "code": "ap-southeast-1" } },
    "healthChecks": { "sg-up": { "watch": "till@sg", "requestInterval": ")" +
                                 interval + R"(" } },
    "services": { "till": { "kind": "queue", "region": "sg",
        "operations": { "serve": { "demand": "10ms" } } } },
    "journeys": { "visit": { "entry": "till.serve" } } })");
  models::CompiledPlatform platform = models::compile_platform(loaded.platform);
  platform.network().add_source(
      stream(platform.journeys.at("visit"), {{sim::Instant::origin(), 1}}));
  platform.network().add_controller(
      std::make_shared<Outage>(platform.find("till", "sg")->id, refuse));
  const auto network = platform.network().build();
  sim::RunOptions options;
  options.warmup = sim::Duration::minutes(2);
  options.duration = sim::Duration::minutes(4);
  double sum = 0;
  int found = 0;
  for (int trial = 0; trial < trials; ++trial) {
    const auto result = sim::run_trial(*network, options, static_cast<std::uint32_t>(trial));
    for (const sim::IncidentEvent& event : result.events) {
      if (event.kind != "health-check") continue;
      sum += event.at.to_seconds();
      ++found;
      break;
    }
  }
  REQUIRE(found == trials);
  return sum / found;
}

}  // namespace

// Worked from the rule: a checker meets its third failure 2 intervals after its first, which comes
// at a uniform phase; the check turns when all but two of 16 have, at about the 14th of 16 ordered
// phases: 60 s + 30 s x 14 / 17 = 84.7 s (refused), and 12 s more when each probe hangs for 4 s.
// One trial's spread is 2.5 s; the mean of 40 has a standard error of 0.4 s.
TEST_CASE("Checks of 30 s times 3 detect a refusing region in 85 s and a hanging one in 96 s",
          "[oracle]") {
  CHECK(mean_detection(1, "30s", 40) == Approx(84.7).margin(2.5));
  CHECK(mean_detection(0, "30s", 40) == Approx(96.7).margin(3));
}

TEST_CASE("Checks of 10 s times 3 detect a refusing region in 28 s", "[oracle]") {
  CHECK(mean_detection(1, "10s", 40) == Approx(28.2).margin(1.2));
}
