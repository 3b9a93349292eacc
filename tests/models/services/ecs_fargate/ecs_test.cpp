// Tasks come when they are asked for, within the region's limits.
#include "sim/control/controller.hpp"
#include "sim/trial/trial.hpp"
#include "tests/models/platform/platform_text.hpp"

using namespace lifeboat;
using lifeboat::tests::sound_text;
using lifeboat::tests::stream;

namespace {

std::string platform_with(const std::string& quota, const std::string& desired) {
  return R"({
    "format": "lifeboat/platform/1", "name": "tasks",
    "regions": { "sg": { "code": "ap-southeast-1", "zones": ["a", "b", "c"],
                         "quotas": { "fargateVcpu": )" +
         quota + R"( } } },
    "services": {
      "front": { "kind": "alb", "to": "web", "region": "sg" },
      "web": { "kind": "ecs-fargate", "cpu": "0.5 vCPU", "memory": "1 GiB",
        "image": "10 MB", "desiredCount": )" +
         desired + R"(, "region": "sg",
        "scaling": { "minCapacity": 0, "maxCapacity": 30, "policies": [ {
            "type": "target-tracking",
            "predefinedMetricType": "ECSServiceAverageCPUUtilization", "targetValue": "60%" } ] },
        "operations": { "get": { "steps": [ { "cpuTime": "50ms" } ] } } } },
    "journeys": { "visit": { "entry": "front.get" } } })";
}

struct Nothing {};

/// Does a verb of a deployment at time 0.
class AtZero final : public sim::ControllerOf<Nothing> {
 public:
  AtZero(const models::Verb& verb, double amount) : verb_(verb) { arguments_.amount = amount; }
  std::string name() const override { return "at-zero"; }

 private:
  void start_with(Nothing&, sim::Control& control) const override {
    control.wake_at(sim::Instant::origin());
  }
  void wake_with(Nothing&, sim::Control& control) const override {
    verb_.begin(control, arguments_);
  }
  models::Verb verb_;
  models::VerbArguments arguments_;
};

sim::TrialResult scale_to(const std::string& quota, double amount) {
  const auto loaded = sound_text(platform_with(quota, "0"));
  models::CompiledPlatform platform = models::compile_platform(loaded.platform);
  platform.network().add_source(
      stream(platform.journeys.at("visit"), {{sim::Instant::origin(), 1}}));
  const models::Handles& handles = platform.find("web", "sg")->handles();
  REQUIRE(handles.verbs.size() == 1);
  platform.network().add_controller(std::make_shared<AtZero>(handles.verbs[0], amount));
  const auto network = platform.network().build();
  sim::RunOptions options;
  options.warmup = sim::Duration::seconds(10);
  options.duration = sim::Duration::minutes(5);
  return sim::run_trial(*network, options, 0);
}

bool tells(const sim::TrialResult& result, const std::string& text) {
  return std::any_of(result.events.begin(), result.events.end(),
                     [&](const auto& event) { return event.text.find(text) != std::string::npos; });
}

}  // namespace

// 20 requests a second of 50 ms keep one processor busy: 1 / (0.6 x 0.5) = 3.3, so 4 tasks.
TEST_CASE("The initial count is where target tracking holds it", "[unit]") {
  const auto loaded = sound_text(platform_with("64", "9"));
  models::CompileOptions options;
  options.journey_rates["visit"] = 20;
  models::CompiledPlatform platform = models::compile_platform(loaded.platform, options);
  const auto desired = platform.find("web", "sg")->handles().desired;
  REQUIRE(desired);
  CHECK(platform.network().so_far().registers[desired->index()].initial == 4);
  models::CompiledPlatform as_written = models::compile_platform(loaded.platform);
  CHECK(as_written.network().so_far().registers[desired->index()].initial == 9);
}

TEST_CASE("Services at 0 tasks fail for want of capacity until tasks serve", "[unit]") {
  const auto result = scale_to("64", 10);
  CHECK(tells(result, "steady state: 10 tasks"));
  const auto no_capacity = static_cast<std::size_t>(sim::Cause::kNoCapacity);
  CHECK(result.journeys[0].failed_by[no_capacity] > 5);
  CHECK(result.journeys[0].succeeded > 100);
}

// A quota of 3 vCPU has room for 6 tasks of 0.5.
TEST_CASE("The region's vCPU quota holds launches back", "[unit]") {
  const auto result = scale_to("3", 10);
  CHECK(tells(result, "quota of 3 Fargate vCPU is used up"));
  CHECK_FALSE(tells(result, "steady state: 10 tasks"));
  REQUIRE(result.groups.size() == 1);
  CHECK(result.groups[0].minutes.back().running == Approx(6));
}
