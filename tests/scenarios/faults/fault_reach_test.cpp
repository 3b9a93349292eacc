// What faults do beyond the services that they hit: networks, streams, quotas, what starts later,
// health checks, names.
#include <string>
#include <vector>

#include "tests/scenarios/faults/stage.hpp"

namespace lifeboat::scenarios {
namespace {

using sim::Instant;

/// One action "a" from 1 to 2 minutes on, with its target.
std::string one_action(const std::string& target, const std::string& action,
                       const std::string& parameters = "", const std::string& more = "") {
  return R"({ "targets": { "t": )" + target + R"( }, "actions": { "a": { "actionId": ")" + action +
         R"(", "targets": ["t"], "at": "+1m", "jitter": "0s", "duration": "1m")" +
         (parameters.empty() ? "" : R"(, "parameters": { )" + parameters + " }") + " }" + more +
         " } }";
}

struct Running {
  Running(const Stage& stage, const std::string& text) : world(stage.network) {
    const auto planned = plan(stage, text);
    world.add(make_fault_controller(planned), watched_registers(planned));
    world.start(Instant::origin());
  }
  tests::FakeWorld& at(double seconds) {
    world.run_until(Instant::from_seconds(seconds));
    return world;
  }
  tests::FakeWorld world;
};

const std::string kSg = R"({ "region": "sg" })";

TEST_CASE("A partition stops the streams between two regions and hangs what calls across",
          "[unit]") {
  const Stage stage = make_stage();
  Running run(stage, one_action(kSg, "network-partition", R"("region": "syd")"));
  CHECK(run.at(59).frozen.empty());
  auto& world = run.at(60);
  CHECK(world.frozen == std::set<std::uint32_t>{0});
  CHECK(world.sources_lost.empty());
  REQUIRE(world.effects.size() == 1);
  const auto& [hit, effect] = world.effects.begin()->second;
  REQUIRE(hit.size() == 1);
  CHECK(stage.network->deployments[hit[0].index()].service == "link/sg/syd");
  CHECK(effect.kind == sim::Effect::Kind::kOutage);
  CHECK(effect.share == 0);  // nothing is reset: packets are dropped
  CHECK(effect.refuse_share == 0);
  CHECK(world.value("region/sg/up") == 1);
  CHECK(run.at(120).frozen.empty());
  CHECK(world.effects.empty());
}

// 200 ms more a round trip are 100 ms more for a write that goes one way.
TEST_CASE("Latency between regions slows calls by all of it and writes by half", "[unit]") {
  const Stage stage = make_stage();
  Running run(stage, one_action(kSg, "network-latency", R"("add": "200ms")"));
  auto& world = run.at(60);
  REQUIRE(world.effects.size() == 1);
  CHECK(world.effects.begin()->second.second.delay == Duration::milliseconds(200));
  CHECK(world.impeded[0].first == Duration::milliseconds(100));
  CHECK(world.impeded[0].second == 1);
  CHECK(run.at(120).impeded[0].first == Duration{});
}

TEST_CASE("A broken replica receives nothing, a lagging one later and replays slowly", "[unit]") {
  const Stage stage = make_stage();
  Running broken(stage, one_action(R"({ "service": "db@syd" })", "replica-broken"));
  CHECK(broken.at(60).frozen == std::set<std::uint32_t>{0});
  CHECK(broken.world.sources_lost.empty());
  CHECK(broken.at(120).frozen.empty());
  // Two that overlap: 10 s + 5 s of lag, 50 % of 40 % of the speed.
  Running slow(stage, one_action(R"({ "service": "db@syd" })", "replica-lag",
                                 R"("add": "10s", "replay": "50%")",
                                 R"(, "b": { "actionId": "replica-lag", "targets": ["t"],
                                   "at": "+90s", "jitter": "0s", "duration": "1m",
                                   "parameters": { "add": "5s", "replay": "40%" } })"));
  CHECK(slow.at(60).impeded[0].first == Duration::seconds(10));
  CHECK(slow.at(90).impeded[0].first == Duration::seconds(15));
  CHECK(slow.world.impeded[0].second == Approx(0.2));
  CHECK(slow.at(120).impeded[0].first == Duration::seconds(5));
  CHECK(slow.world.impeded[0].second == Approx(0.4));
  CHECK(slow.at(150).impeded[0].second == Approx(1));
  const auto lines = errors(stage, one_action(R"({ "service": "db@sg" })", "replica-broken"));
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].find("nothing is shipped to") != std::string::npos);
}

TEST_CASE("A service's outage stops its streams and leaves the region up", "[unit]") {
  const Stage stage = make_stage();
  Running run(stage, one_action(R"({ "service": "db@sg" })", "service-outage"));
  auto& world = run.at(60);
  CHECK(world.frozen == std::set<std::uint32_t>{0});
  CHECK(world.sources_lost.count(0) == 1);
  REQUIRE(world.effects.size() == 1);
  CHECK(world.effects.begin()->second.first.size() == 1);
  CHECK(world.value("region/sg/up") == 1);
  CHECK(world.value("region/sg/control-plane") == 1);
  CHECK(run.at(120).frozen.empty());
}

TEST_CASE("A partition and an outage may end in any order", "[unit]") {
  const Stage stage = make_stage();
  for (const char* duration : {"30s", "90s"}) {
    Running run(stage, one_action(kSg, "network-partition", "",
                                  std::string(R"(, "b": { "actionId": "region-outage",
        "targets": ["t"], "at": "+80s", "jitter": "0s", "duration": ")") +
                                      duration + "\" }"));
    CHECK(run.at(115).frozen.size() == 1);
    CHECK(run.at(130).frozen.size() == (std::string(duration) == "30s" ? 0 : 1));
    CHECK(run.at(171).frozen.empty());
  }
}

TEST_CASE("Throttling is a share or a rate", "[unit]") {
  const Stage stage = make_stage();
  const std::string web = R"({ "service": "web@sg" })";
  Running share(stage, one_action(web, "throttling", R"("share": "30%")"));
  CHECK(share.at(60).effects.begin()->second.second.share == Approx(0.3));
  CHECK(share.world.effects.begin()->second.second.per_second == 0);
  Running limit(stage, one_action(web, "throttling", R"("limit": "50/s")"));
  CHECK(limit.at(60).effects.begin()->second.second.share == 0);
  CHECK(limit.world.effects.begin()->second.second.per_second == Approx(50));
  CHECK(errors(stage, one_action(web, "throttling")).size() == 1);
  CHECK(errors(stage, one_action(web, "throttling", R"("limit": "0/s")")).size() == 1);
}

// The least of what the platform says (64 vCPU) and of what acts holds.
TEST_CASE("A quota is lower while a fault says so", "[unit]") {
  const Stage stage = make_stage();
  Running vcpu(stage, one_action(kSg, "quota-too-small", R"("quota": "fargateVcpu", "value": 10)",
                                 R"(, "b": { "actionId": "quota-too-small", "targets": ["t"],
                                   "at": "+90s", "jitter": "0s", "duration": "1m",
                                   "parameters": { "quota": "fargateVcpu", "value": 100 } })"));
  CHECK(vcpu.at(59).value("region/sg/fargate-vcpu-quota") == 64'000);
  CHECK(vcpu.at(60).value("region/sg/fargate-vcpu-quota") == 10'000);
  CHECK(vcpu.at(100).value("region/sg/fargate-vcpu-quota") == 10'000);
  CHECK(vcpu.at(121).value("region/sg/fargate-vcpu-quota") == 64'000);
  // A quarter of the sign-ins, and of the answers to challenges; a second's worth at once.
  Running rate(stage, one_action(kSg, "quota-too-small",
                                 R"("quota": "cognitoUserAuthentication", "value": 30)"));
  CHECK(rate.at(60).rates.at(0) == std::pair(30.0, 30.0));
  CHECK(rate.world.rates.at(1) == std::pair(90.0, 90.0));
  CHECK(rate.at(120).rates.at(0) == std::pair(120.0, 120.0));
  CHECK(rate.world.rates.at(1) == std::pair(360.0, 360.0));
  const auto lines =
      errors(stage, one_action(kSg, "quota-too-small", R"("quota": "fargateVcpus", "value": 1)"));
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].find("did you mean \"fargateVcpu\"") != std::string::npos);
  const auto none =
      errors(stage, one_action(kSg, "quota-too-small", R"("quota": "snsPublish", "value": 1)"));
  REQUIRE(none.size() == 1);
  CHECK(none[0].find("draws on the quota") != std::string::npos);
}

TEST_CASE("A stale image is found by the first task that starts, and mended after that", "[unit]") {
  const Stage stage = make_stage();
  const std::string text = R"({ "targets": { "t": { "region": "syd" } }, "actions": { "a": {
    "actionId": "stale-configuration", "targets": ["t"], "at": "+0s", "jitter": "0s",
    "parameters": { "item": "image", "repair": "20s" } } } })";
  Running run(stage, text);
  CHECK(run.at(1).value("web@syd/stale-broken") == 1'000'000);
  CHECK(run.world.value("web@syd/stale-errors") == 0);
  CHECK(run.at(5000).value("web@syd/stale-broken") == 1'000'000);  // nobody looks
  run.world.set(stage.network->find_register("web@syd/tasks-launched"), 1);
  CHECK(run.world.when("fault-found", "a") == 5000);
  CHECK(run.at(5019).value("web@syd/stale-broken") == 1'000'000);
  CHECK(run.at(5020).value("web@syd/stale-broken") == 0);
  CHECK(run.world.when("fault-end", "a") == 5020);
}

// Of what passes the one with 40 %, 40 % pass the other: 84 % fail. Mended one after the other.
TEST_CASE("What is out of date in two places composes, and each is mended by itself", "[unit]") {
  const Stage stage = make_stage();
  const std::string text = R"({ "targets": { "t": { "region": "syd" } }, "actions": {
    "a": { "actionId": "stale-configuration", "targets": ["t"], "at": "+10s", "jitter": "0s",
           "duration": "100s", "parameters": { "item": "secret", "errors": "60%" } },
    "b": { "actionId": "stale-configuration", "targets": ["t"], "at": "+20s", "jitter": "0s",
           "duration": "100s", "parameters": { "item": "parameter", "errors": "60%" } } } })";
  Running run(stage, text);
  CHECK(run.at(15).value("web@syd/stale-errors") == 600'000);
  const std::int64_t first = run.world.value("web@syd/stale-faults");
  CHECK(run.at(25).value("web@syd/stale-errors") == 840'000);
  const std::int64_t both = run.world.value("web@syd/stale-faults");
  CHECK(run.at(115).value("web@syd/stale-errors") == 600'000);
  const std::int64_t second = run.world.value("web@syd/stale-faults");
  CHECK(run.at(125).value("web@syd/stale-errors") == 0);
  CHECK(run.world.value("web@syd/stale-faults") == 0);
  CHECK(first != 0);
  CHECK(second != 0);
  CHECK((first & second) == 0);
  CHECK(both == (first | second));
}

// A rule that looks within 900 s finds it at a uniform instant, mean 450 s: of 400 trials within
// 4.5 x 900 / sqrt(12 x 400) = 58 s (7e-6).
TEST_CASE("A drift rule finds a stale secret before anybody needs it", "[oracle]") {
  Stage stage = make_stage();
  sim::Network network = *stage.network;
  network.registers.push_back({"config@syd/drift-found-within", Duration::seconds(900).count()});
  stage.network = std::make_shared<const sim::Network>(std::move(network));
  stage.names.services.push_back({"config", "config", {"syd"}, {}});
  const auto planned = plan(stage, R"({ "targets": { "t": { "service": "web@syd" } },
    "actions": { "a": { "actionId": "stale-configuration", "targets": ["t"], "at": "+0s",
    "jitter": "0s", "parameters": { "item": "secret", "repair": "20s" } } } })");
  double sum = 0;
  for (std::uint64_t trial = 0; trial < 400; ++trial) {
    tests::FakeWorld world(stage.network, trial);
    world.add(make_fault_controller(planned), watched_registers(planned));
    world.start(Instant::origin());
    world.run_until(Instant::from_seconds(10));
    CHECK(world.value("web@syd/stale-errors") == 1'000'000);
    world.run_until(Instant::from_seconds(1000));
    CHECK(world.value("web@syd/stale-errors") == 0);
    sum += world.when("fault-found", "a");
  }
  CHECK(std::abs(sum / 400 - 450) < 58);
}

TEST_CASE("The control plane of names is down by itself or with us-east-1", "[unit]") {
  const Stage stage = make_stage();
  Running alone(stage, one_action(kSg, "dns-control-plane-outage"));
  CHECK(alone.at(60).value("dns/control-plane") == 0);
  CHECK(alone.world.value("region/sg/control-plane") == 1);
  CHECK(alone.at(120).value("dns/control-plane") == 1);
  auto planned = plan(stage, one_action(kSg, "control-plane-outage"));
  planned.regions[0].edits_dns = true;
  tests::FakeWorld world(stage.network);
  world.add(make_fault_controller(planned));
  world.start(Instant::origin());
  world.run_until(Instant::from_seconds(60));
  CHECK(world.value("dns/control-plane") == 0);
  world.run_until(Instant::from_seconds(120));
  CHECK(world.value("dns/control-plane") == 1);
}

TEST_CASE("Health checks are blind where they are named, or by what they watch", "[unit]") {
  const Stage stage = make_stage();
  Running named(stage, one_action(R"({ "healthCheck": "sg-up" })", "health-checks-blind"));
  CHECK(named.at(60).value("health-check/sg-up/blind") == 1);
  CHECK(named.world.value("health-check/sg-up/failing") == 0);
  CHECK(named.at(120).value("health-check/sg-up/blind") == 0);
  Running watched(stage, one_action(kSg, "health-checks-blind", R"("results": "failing")"));
  CHECK(watched.at(60).value("health-check/sg-up/failing") == 1);
  const auto lines = errors(stage, one_action(R"({ "region": "syd" })", "health-checks-blind"));
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].find("no health check looks at") != std::string::npos);
  CHECK(errors(stage, one_action(R"({ "healthCheck": "sg-up" })", "errors", R"("share": "1%")"))
            .size() == 1);
}

}  // namespace
}  // namespace lifeboat::scenarios
