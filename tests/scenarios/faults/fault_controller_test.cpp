// Faults over a world without requests: when they begin, what they set, and that overlapping ones
// end in any order with the same state.
#include <algorithm>
#include <set>

#include "models/io/document.hpp"
#include "scenarios/faults/fault_plan.hpp"
#include "tests/catch.hpp"
#include "tests/scenarios/faults/stage.hpp"
#include "tests/sim/fake_world.hpp"

namespace lifeboat::scenarios {
namespace {

using sim::Instant;

TEST_CASE("a region outage stops everything in the region and gives it back", "[unit]") {
  const Stage stage = make_stage();
  tests::FakeWorld world(stage.network);
  world.add(make_fault_controller(plan(stage, R"({
    "targets": { "singapore": { "region": "sg" } },
    "actions": { "lost": { "actionId": "region-outage", "targets": ["singapore"], "at": "+10m",
                           "jitter": "0s", "duration": "1h" } } })")));
  world.start(Instant::from_seconds(-60));
  world.run_until(Instant::from_seconds(599));
  CHECK(world.effects.empty());
  world.run_until(Instant::from_seconds(600));
  REQUIRE(world.effects.size() == 1);
  const auto& [hit, effect] = world.effects.begin()->second;
  std::set<std::string> services;
  for (const sim::DeploymentId id : hit) {
    const sim::Deployment& deployment = stage.network->deployments[id.index()];
    CHECK(deployment.region.index() == 0);
    services.insert(deployment.service);
  }
  CHECK(services == std::set<std::string>{"db", "log", "web"});
  CHECK(effect.kind == sim::Effect::Kind::kOutage);
  CHECK(effect.share == Approx(0.7));
  CHECK(world.frozen == std::set<std::uint32_t>{0});
  CHECK(world.sources_lost == std::map<std::uint32_t, int>{{0, 1}});
  CHECK(world.detached.empty());
  CHECK(world.opened.empty());
  CHECK(world.value("region/sg/up") == 0);
  CHECK(world.value("region/sg/control-plane") == 0);
  CHECK(world.value("region/sg/failed-at") == 600'000'000'000);
  CHECK(world.value("region/syd/up") == 1);
  CHECK(world.value("faults/begun") == 1);
  world.run_until(Instant::from_seconds(4200));
  CHECK(world.effects.empty());
  CHECK(world.frozen.empty());
  CHECK(world.value("region/sg/up") == 1);
  CHECK(world.value("region/sg/control-plane") == 1);
  CHECK(world.lines() ==
        std::vector<std::string>{"600 fault lost", "4200 fault-end lost <- fault:lost"});
}

TEST_CASE("a region whose storage is lost comes back without its data", "[unit]") {
  const Stage stage = make_stage();
  for (const bool lost : {false, true}) {
    tests::FakeWorld world(stage.network);
    world.add(make_fault_controller(plan(stage, std::string(R"({
      "targets": { "singapore": { "region": "sg" } },
      "actions": { "lost": { "actionId": "region-outage", "targets": ["singapore"], "at": "+10m",
        "jitter": "0s", "duration": "1h", "parameters": { "storage": ")") +
                                                    (lost ? "lost" : "returns") + R"(" } } } })")));
    world.start(Instant::origin());
    world.run_until(Instant::from_seconds(600));
    CHECK(world.frozen.size() == 1);
    const auto& hit = world.effects.begin()->second.first;
    CHECK(world.data_lost.size() == (lost ? hit.size() : 0));
    world.run_until(Instant::from_seconds(4200));
    CHECK(world.effects.empty());
    CHECK(world.frozen.size() == (lost ? 1 : 0));
  }
}

TEST_CASE("a bad deployment is a version in registers, and a good one when it ends", "[unit]") {
  const Stage stage = make_stage();
  tests::FakeWorld world(stage.network);
  world.add(make_fault_controller(plan(stage, R"({
    "targets": { "shop": { "service": "web@sg" } },
    "actions": { "bad": { "actionId": "bad-deployment", "targets": ["shop"], "at": "+10m",
                          "jitter": "0s", "duration": "1h",
                          "parameters": { "speed": "40%", "errors": "2.5%" } } } })")));
  world.start(Instant::origin());
  world.run_until(Instant::from_seconds(600));
  CHECK(world.value("web@sg/deployment/version") == 1);
  CHECK(world.value("web@sg/deployment/unhealthy") == 0);
  CHECK(world.value("web@sg/deployment/speed") == 400'000);
  CHECK(world.value("web@sg/deployment/errors") == 25'000);
  CHECK(world.effects.empty());
  world.run_until(Instant::from_seconds(4200));
  CHECK(world.value("web@sg/deployment/version") == 2);
  CHECK(world.value("web@sg/deployment/speed") == 1'000'000);
  CHECK(world.value("web@sg/deployment/errors") == 0);
}

// a lasts from 10 to 20 and b from 15 to 30 minutes: b's version is the last, until it ends. Then a
// from 10 to 40: once b is over, a's is deployed again.
TEST_CASE("of two bad deployments the one that acts is what runs", "[unit]") {
  const Stage stage = make_stage();
  const auto speeds = [&](const std::string& first) {
    tests::FakeWorld world(stage.network);
    world.add(make_fault_controller(plan(stage, R"({
      "targets": { "shop": { "service": "web@sg" } },
      "actions": {
        "a": { "actionId": "bad-deployment", "targets": ["shop"], "at": "+10m", "jitter": "0s",
               "duration": ")" + first + R"(", "parameters": { "speed": "40%" } },
        "b": { "actionId": "bad-deployment", "targets": ["shop"], "at": "+15m", "jitter": "0s",
               "duration": "15m", "parameters": { "speed": "70%" } } } })")));
    world.start(Instant::origin());
    std::vector<std::int64_t> seen;
    for (const int minute : {12, 17, 25, 35, 45}) {
      world.run_until(Instant::from_seconds(minute * 60));
      seen.push_back(world.value("web@sg/deployment/speed") / 1000);
    }
    return seen;
  };
  CHECK(speeds("10m") == std::vector<std::int64_t>{400, 700, 700, 1000, 1000});
  CHECK(speeds("30m") == std::vector<std::int64_t>{400, 700, 700, 400, 1000});
}

TEST_CASE("the fault to blame is the one that takes most away", "[unit]") {
  const Stage stage = make_stage();
  tests::FakeWorld world(stage.network);
  world.add(make_fault_controller(plan(stage, R"({
    "targets": { "singapore": { "region": "sg" }, "sydney": { "region": "syd" },
                 "shop": { "service": "web@sg" } },
    "actions": {
      "dull": { "actionId": "slow", "targets": ["shop"], "at": "+5m", "jitter": "0s",
                "duration": "3h", "parameters": { "speed": "90%" } },
      "lost": { "actionId": "region-outage", "targets": ["singapore"], "at": "+10m",
                "jitter": "0s", "duration": "1h" },
      "scarce": { "actionId": "capacity-unavailable", "targets": ["sydney"], "at": "+13m",
                  "jitter": "0s", "duration": "2h", "parameters": { "grant": "20%" } } } })")));
  world.start(Instant::origin());
  const auto blamed_at = [&](int minute) {
    world.run_until(Instant::from_seconds(minute * 60));
    return world.value("faults/blamed");
  };
  CHECK(blamed_at(1) == 0);
  CHECK(blamed_at(6) == 1);
  CHECK(blamed_at(11) == 2);
  CHECK(blamed_at(14) == 2);
  CHECK(blamed_at(71) == 1);
  CHECK(blamed_at(200) == 3);  // none acts: the one that began last
}

TEST_CASE("a fault of parts acts on parts alone, and one of a zone on one zone", "[unit]") {
  const auto told =
      [](const std::string& action, const std::string& targets, const std::string& what) {
        const auto lines = errors(make_stage(), R"({ "targets": {
      "part": { "service": "edge", "part": "waf" }, "a": { "region": "sg", "zone": "a" },
      "b": { "region": "sg", "zone": "b" }, "sydney": { "region": "syd" } },
      "actions": { "x": { "actionId": ")" + action + R"(", "at": "+1m", "targets": )" +
                                                    targets + " } } }");
        return !lines.empty() && lines[0].find(what) != std::string::npos;
      };
  CHECK(told("failover", R"(["part"])", "acts on whole services"));
  CHECK(told("network-partition", R"(["a", "b"])", "an action for each"));
  CHECK(told("network-partition", R"(["b", "sydney"])", "an action for each"));
}

TEST_CASE("what is not deployed to cannot be badly deployed to", "[unit]") {
  const auto lines = errors(make_stage(), R"({
    "targets": { "sydney-shop": { "service": "web@syd" } },
    "actions": { "bad": { "actionId": "bad-deployment", "targets": ["sydney-shop"], "at": "+10m" } } })");
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].find("says how it is deployed to") != std::string::npos);
}

TEST_CASE("two overlapping outages end in either order with the same state", "[unit]") {
  const Stage stage = make_stage();
  const auto run = [&](const std::string& first, const std::string& second) {
    tests::FakeWorld world(stage.network);
    world.add(make_fault_controller(plan(stage, R"({
      "targets": { "singapore": { "region": "sg" }, "shop": { "service": "web@sg" } },
      "actions": {
        "a": { "actionId": "region-outage", "targets": ["singapore"], "at": "+10m", "jitter": "0s",
               "duration": ")" + first + R"(" },
        "b": { "actionId": "region-outage", "targets": ["singapore"], "at": "+20m", "jitter": "0s",
               "duration": ")" + second + R"(" },
        "c": { "actionId": "slow", "targets": ["shop"], "at": "+15m", "jitter": "0s",
               "duration": "10m", "parameters": { "speed": "50%" } } } })")));
    world.start(Instant::origin());
    // While one of them lasts, the region stays down.
    world.run_until(Instant::from_seconds(40 * 60));
    CHECK(world.value("region/sg/up") == 0);
    CHECK(world.value("region/sg/control-plane") == 0);
    CHECK(world.frozen.size() == 1);
    world.run_until(Instant::from_seconds(7200));
    CHECK(world.effects.empty());
    CHECK(world.frozen.empty());
    return world.registers;
  };
  // a lasts from 10 to 30 and b from 20 to 60 minutes; then a from 10 to 60, b from 20 to 30.
  const auto in_order = run("20m", "40m");
  const auto nested = run("50m", "10m");
  CHECK(in_order == nested);
}

TEST_CASE("overlapping metric blackouts hold a region's CloudWatch down until the last ends",
          "[unit]") {
  const Stage stage = make_stage();
  tests::FakeWorld world(stage.network);
  world.add(make_fault_controller(plan(stage, R"({
    "targets": { "singapore": { "region": "sg" } },
    "actions": { "a": { "actionId": "metric-blackout", "targets": ["singapore"], "at": "+10m",
                        "jitter": "0s", "duration": "20m" },
                 "b": { "actionId": "metric-blackout", "targets": ["singapore"], "at": "+20m",
                        "jitter": "0s", "duration": "20m" } } })")));
  world.start(Instant::origin());
  const auto works = [&](double minutes) {
    world.run_until(Instant::from_seconds(minutes * 60));
    return world.value("region/sg/cloudwatch");
  };
  CHECK(works(9) == 1);
  CHECK(works(11) == 0);
  CHECK(works(31) == 0);
  CHECK(works(41) == 1);
  CHECK(world.effects.empty());  // requests notice nothing
  CHECK(world.value("region/sg/up") == 1);
  CHECK(world.value("region/syd/cloudwatch") == 1);
  CHECK(errors(stage, R"({
    "targets": { "web": { "service": "web@sg" } },
    "actions": { "a": { "actionId": "metric-blackout", "targets": ["web"], "at": "+1m" } } })")
            .size() == 1);  // a region's, not a service's
}

TEST_CASE("actions start with, after and by chance of each other", "[unit]") {
  const Stage stage = make_stage();
  const std::string text = R"({
    "targets": { "singapore": { "region": "sg" }, "sydney-fargate": { "region": "syd", "kind": "ecs-fargate" } },
    "actions": {
      "lost": { "actionId": "region-outage", "targets": ["singapore"], "startAfter": ["gray"], "jitter": "0s" },
      "gray": { "actionId": "latency", "targets": ["sydney-fargate"], "at": "+1m", "jitter": "0s", "duration": "5m",
                "parameters": { "add": "400ms" }, "probability": "50%" },
      "scarce": { "actionId": "errors", "targets": ["sydney-fargate"], "startWith": ["lost"], "delay": "3m",
                  "jitter": "0s", "duration": "1m", "parameters": { "share": "60%" } } } })";
  int happened = 0;
  for (std::uint64_t trial = 0; trial < 64; ++trial) {
    tests::FakeWorld world(stage.network, trial);
    world.add(make_fault_controller(plan(stage, text)));
    world.start(Instant::origin());
    world.run_until(Instant::from_seconds(3600));
    if (world.events.empty()) continue;  // what waits for an action that does not happen does not
    ++happened;
    CHECK(world.lines() ==
          std::vector<std::string>{"60 fault gray", "360 fault-end gray <- fault:gray",
                                   "360 fault lost <- fault:gray", "540 fault scarce <- fault:lost",
                                   "600 fault-end scarce <- fault:scarce"});
  }
  // Of 64 fair coins: outside 12 to 52 with probability 2 P(Bin(64, 1/2) < 12) = 5e-7.
  CHECK(happened >= 12);
  CHECK(happened <= 52);
}

TEST_CASE("scarce capacity is the least share of all that act", "[unit]") {
  const Stage stage = make_stage();
  tests::FakeWorld world(stage.network);
  world.add(make_fault_controller(plan(stage, R"({
    "targets": { "sydney": { "region": "syd", "kind": "ecs-fargate" }, "web": { "service": "web@syd" } },
    "actions": {
      "a": { "actionId": "capacity-unavailable", "targets": ["sydney"], "at": "+1m", "jitter": "0s",
             "duration": "10m", "parameters": { "grant": "60%" } },
      "b": { "actionId": "capacity-unavailable", "targets": ["web"], "at": "+2m", "jitter": "0s",
             "duration": "3m", "parameters": { "grant": "25%" } } } })")));
  world.start(Instant::origin());
  const auto granted = [&](double minutes) {
    world.run_until(Instant::from_seconds(minutes * 60));
    return world.value("region/syd/fargate-grant");
  };
  CHECK(granted(0.5) == 1000);
  CHECK(granted(1.5) == 600);
  CHECK(granted(2.5) == 250);
  CHECK(granted(5.5) == 600);
  CHECK(granted(11.5) == 1000);
  CHECK(world.value("region/sg/fargate-grant") == 1000);
}

TEST_CASE("faults of parts add up while they act, and hit only what has such a part", "[unit]") {
  const Stage stage = make_stage();
  tests::FakeWorld world(stage.network);
  world.add(make_fault_controller(plan(stage, R"({
    "targets": { "singapore": { "region": "sg" }, "log": { "service": "log" } },
    "actions": {
      "zone": { "actionId": "nodes-lost", "targets": ["singapore"], "at": "+1m", "jitter": "0s",
                "duration": "4m", "parameters": { "zone": "b" } },
      "a": { "actionId": "nodes-lost", "targets": ["log"], "at": "+2m", "jitter": "0s",
             "duration": "2m", "parameters": { "share": "30%" } },
      "b": { "actionId": "nodes-lost", "targets": ["log"], "at": "+3m", "jitter": "0s",
             "duration": "5m", "parameters": { "share": "25%" } } } })")));
  world.start(Instant::origin());
  const auto at = [&](double minutes, const char* name) {
    world.run_until(Instant::from_seconds(minutes * 60));
    return world.value(name);
  };
  CHECK(at(0.5, "log@sg/zone-b-lost") == 0);
  CHECK(at(1.5, "log@sg/zone-b-lost") == 1);
  CHECK(at(2.5, "log@sg/nodes-lost") == 300);
  CHECK(at(3.5, "log@sg/nodes-lost") == 550);
  CHECK(at(4.5, "log@sg/nodes-lost") == 250);
  CHECK(at(5.5, "log@sg/zone-b-lost") == 0);
  CHECK(at(8.5, "log@sg/nodes-lost") == 0);
  const auto lines = errors(stage, R"({ "targets": { "web": { "service": "web" } },
    "actions": { "a": { "actionId": "nodes-lost", "targets": ["web"], "at": "+1m",
                        "parameters": { "zone": "b" } } } })");
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].find("no service of \"web\" can have \"zone-b-lost\"") != std::string::npos);
  CHECK(errors(stage, R"({ "targets": { "log": { "service": "log" } },
    "actions": { "a": { "actionId": "nodes-lost", "targets": ["log"], "at": "+1m",
                        "parameters": { "zone": "d" } } } })")
            .size() == 1);
  CHECK(errors(stage, R"({ "targets": { "log": { "service": "log" } },
    "actions": { "a": { "actionId": "nodes-lost", "targets": ["log"], "at": "+1m",
                        "parameters": { "zone": "b", "share": "30%" } } } })")
            .size() == 1);
}

TEST_CASE("A fault asks for a failover where one is known, and not while one runs", "[unit]") {
  const Stage stage = make_stage();
  const auto fault_at = [](const std::string& target, const std::string& id) {
    return R"({ "targets": { "t": { "service": ")" + target + R"(" } },
      "actions": { "a": { "actionId": ")" +
           id + R"(", "targets": ["t"], "at": "+1m",
                          "jitter": "0s", "duration": "1s" } } })";
  };
  for (const std::int64_t before : {0, 2, 3}) {  // idle, running, done
    tests::FakeWorld world(stage.network);
    world.add(make_fault_controller(plan(stage, fault_at("db", "failover"))));
    world.start(Instant::origin());
    world.set(stage.network->find_register("db@sg/failover"), before);
    world.run_until(Instant::from_seconds(90));
    CHECK(world.value("db@sg/failover") == (before == 2 ? 2 : 1));
  }
  CHECK(errors(stage, fault_at("db", "failover")).empty());
  const auto lines = errors(stage, fault_at("web", "failover"));
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].find("nothing of \"t\" knows a \"failover\"") != std::string::npos);
  CHECK(errors(stage, fault_at("db", "cache-flush")).size() == 1);
}

TEST_CASE("the instant of a fault is uniform within its jitter", "[oracle]") {
  // Mean of n = 400 uniform instants in [600, 660): 630 with standard error 60 / sqrt(12 n) =
  // 0.866 s. Beyond 4.5 of them: 7e-6.
  const Stage stage = make_stage();
  const auto planned = plan(stage, R"({
    "targets": { "singapore": { "region": "sg" } },
    "actions": { "lost": { "actionId": "region-outage", "targets": ["singapore"], "at": "+10m" } } })");
  double sum = 0;
  for (std::uint64_t trial = 0; trial < 400; ++trial) {
    tests::FakeWorld world(stage.network, trial);
    world.add(make_fault_controller(planned));
    world.start(Instant::origin());
    world.run_until(Instant::from_seconds(700));
    const double when = world.when("fault", "lost");
    CHECK(when >= 600);
    CHECK(when < 660);
    sum += when;
  }
  CHECK(std::abs(sum / 400 - 630) < 4.5 * 0.866);
}

// The edge is deployment 0, its firewall 5, its certificate 6, the renewal of that 7.
TEST_CASE("a fault hits a service at its own gate, or one part of it", "[unit]") {
  const Stage stage = make_stage();
  const auto hit = [&](const std::string& target, const std::string& action) {
    const FaultPlan planned = plan(stage, R"({ "targets": { "edge": { "service": "edge")" + target +
                                              R"( } }, "actions": { "act": { "targets": ["edge"],
        "at": "+10m", )" + action + " } } }");
    std::vector<std::uint32_t> indices;
    for (const auto deployment : planned.faults.at(0).deployments) {
      indices.push_back(deployment.index());
    }
    return indices;
  };
  using Indices = std::vector<std::uint32_t>;
  const std::string errors_of = R"("actionId": "errors", "parameters": { "share": "100%" })";
  CHECK(hit("", errors_of) == Indices{0});
  CHECK(hit(R"(, "part": "waf")", errors_of) == Indices{5});
  CHECK(hit("", R"("actionId": "certificate-expiry")") == Indices{6});
  CHECK(hit("", R"("actionId": "certificate-renewal-fails")") == Indices{7});
  const auto lines = errors(stage, R"({ "targets": { "web": { "service": "web" } },
    "actions": { "act": { "targets": ["web"], "at": "+10m", "actionId": "certificate-expiry" } } })");
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].find("has the part \"certificate\"") != std::string::npos);
}

// Zone b holds tasks of web and brokers of log; a region target with a zone hits all of them, and
// none of another region's or zone's.
TEST_CASE("a zone outage hits what stands in the zone, and nothing else", "[unit]") {
  const Stage stage = make_stage();
  tests::FakeWorld world(stage.network);
  world.add(make_fault_controller(plan(stage, R"({
    "targets": { "b": { "region": "sg", "zone": "b" } },
    "actions": { "lost": { "actionId": "zone-outage", "targets": ["b"], "at": "+10m",
                           "jitter": "0s", "duration": "1h",
                           "parameters": { "inFlight": { "reset": "60%" } } } } })")));
  world.start(Instant::from_seconds(0));
  world.run_until(Instant::from_seconds(600));
  REQUIRE(world.effects.size() == 1);
  const auto& [hit, effect] = world.effects.begin()->second;
  REQUIRE(hit.size() == 1);
  CHECK(stage.network->deployments[hit[0].index()].part == "zone-b");
  CHECK(effect.kind == sim::Effect::Kind::kOutage);
  CHECK(effect.share == Approx(0.6));
  CHECK(effect.refuse_share == Approx(0.6));
  CHECK(world.value("web@sg/zone-b-lost") == 1);
  CHECK(world.value("log@sg/zone-b-lost") == 1);
  CHECK(world.value("web@sg/zone-a-lost") == 0);
  CHECK(world.value("region/sg/up") == 1);
  CHECK(world.value("region/sg/control-plane") == 1);
  CHECK(world.frozen.empty());
  world.run_until(Instant::from_seconds(4200));
  CHECK(world.effects.empty());
  CHECK(world.value("web@sg/zone-b-lost") == 0);
  CHECK(world.value("log@sg/zone-b-lost") == 0);
}

// The first ends inside the second: the zone is lost until both have ended.
TEST_CASE("zone outages that overlap end in any order", "[unit]") {
  const Stage stage = make_stage();
  for (const char* second : {"50m", "2h"}) {
    CAPTURE(second);
    tests::FakeWorld world(stage.network);
    world.add(make_fault_controller(plan(stage, std::string(R"({
      "targets": { "b": { "region": "sg", "zone": "b" },
                   "both": { "service": "web@sg", "zone": ["a", "b"] } },
      "actions": {
        "one": { "actionId": "zone-outage", "targets": ["b"], "at": "+10m", "jitter": "0s",
                 "duration": "1h" },
        "two": { "actionId": "zone-outage", "targets": ["both"], "at": "+15m", "jitter": "0s",
                 "duration": ")") + second + "\" } } }")));
    world.start(Instant::from_seconds(0));
    world.run_until(Instant::from_seconds(1000));
    CHECK(world.value("web@sg/zone-b-lost") == 2);
    CHECK(world.value("web@sg/zone-a-lost") == 1);
    CHECK(world.value("log@sg/zone-b-lost") == 1);
    CHECK(world.effects.size() == 2);
    // Between the two ends: 3,900 and 4,200 s, or 4,200 and 8,100 s.
    world.run_until(Instant::from_seconds(second == std::string("50m") ? 4000 : 5000));
    CHECK(world.value("web@sg/zone-b-lost") == 1);
    CHECK(world.effects.size() == 1);
    world.run_until(Instant::from_seconds(20000));
    CHECK(world.value("web@sg/zone-b-lost") == 0);
    CHECK(world.value("web@sg/zone-a-lost") == 0);
    CHECK(world.effects.empty());
  }
}

TEST_CASE("a gray failure of a zone acts at its gates and loses nobody", "[unit]") {
  const Stage stage = make_stage();
  tests::FakeWorld world(stage.network);
  world.add(make_fault_controller(plan(stage, R"({
    "targets": { "a": { "region": "sg", "zone": "a" } },
    "actions": { "gray": { "actionId": "latency", "targets": ["a"], "at": "+1m", "jitter": "0s",
                           "parameters": { "add": "300ms" } } } })")));
  world.start(Instant::from_seconds(0));
  world.run_until(Instant::from_seconds(61));
  REQUIRE(world.effects.size() == 1);
  const auto& [hit, effect] = world.effects.begin()->second;
  REQUIRE(hit.size() == 1);
  CHECK(stage.network->deployments[hit[0].index()].part == "zone-a");
  CHECK(effect.kind == sim::Effect::Kind::kLatency);
  CHECK(world.value("web@sg/zone-a-lost") == 0);
}

// Brokers stand in a zone for good, so those of one zone can be slow; tasks' machines are not
// known.
TEST_CASE("slowness of a zone hits the nodes that stand there, and says what it leaves out",
          "[unit]") {
  Stage stage = make_stage();
  auto network = std::make_shared<sim::Network>(*stage.network);
  sim::Deployment brokers;
  brokers.service = "log";
  brokers.region = sim::RegionId(0);
  brokers.part = "zone-b";
  network->deployments.push_back(brokers);
  stage.network = network;
  const auto slow = [](const char* target) {
    return std::string(R"({ "targets": { "b": )") + target + R"( }, "actions": {
      "slow": { "actionId": "slow", "targets": ["b"], "at": "+1m", "jitter": "0s",
                "parameters": { "speed": "50%" } } } })";
  };
  tests::FakeWorld world(stage.network);
  world.add(make_fault_controller(plan(stage, slow(R"({ "region": "sg", "zone": "b" })"))));
  world.start(Instant::from_seconds(0));
  world.run_until(Instant::from_seconds(61));
  REQUIRE(world.effects.size() == 1);
  const auto& [hit, effect] = world.effects.begin()->second;
  REQUIRE(hit.size() == 1);
  CHECK(stage.network->deployments[hit[0].index()].service == "log");
  CHECK(effect.kind == sim::Effect::Kind::kSlow);
  CHECK(world.value("log@sg/zone-b-lost") == 0);

  const auto lines = errors(stage, slow(R"({ "service": "web@sg", "zone": "b" })"));
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].find("whose nodes can be slow by zone (msk, opensearch)") != std::string::npos);
  // Before anything is compiled there are no registers: then it is said.
  network->registers.clear();
  const auto said = errors(stage, slow(R"({ "region": "sg", "zone": "b" })"));
  REQUIRE(said.size() == 1);
  CHECK(said[0].find("keeps its speed") != std::string::npos);
}

TEST_CASE("mistakes about zones are told", "[unit]") {
  const Stage stage = make_stage();
  const auto of = [&](const std::string& target, const std::string& action) {
    const auto lines = errors(stage, R"({ "targets": { "t": )" + target +
                                         R"( }, "actions": { "a": { "actionId": ")" + action +
                                         R"(", "targets": ["t"], "at": "+1m" } } })");
    REQUIRE(lines.size() == 1);
    return lines[0];
  };
  CHECK(of(R"({ "region": "sg", "zone": "c" })", "zone-outage").find("unknown zone \"c\"") !=
        std::string::npos);
  CHECK(of(R"({ "region": "sg" })", "zone-outage").find("names none") != std::string::npos);
  CHECK(of(R"({ "region": "sg", "zone": "a" })", "region-outage").find("cannot hit a zone alone") !=
        std::string::npos);
  CHECK(of(R"({ "service": "db@sg", "zone": "a" })", "zone-outage").find("stands in a zone") !=
        std::string::npos);
  CHECK(of(R"({ "service": "web@sg", "zone": "a", "part": "waf" })", "zone-outage")
            .find("by itself") != std::string::npos);
}

TEST_CASE("mistakes in a fault file are told with place and suggestion", "[unit]") {
  const Stage stage = make_stage();
  const auto one = [&](const std::string& text) {
    const auto lines = errors(stage, text);
    REQUIRE(lines.size() == 1);
    return lines[0];
  };
  const std::string targets = R"("targets": { "singapore": { "region": "sg" } })";
  CHECK(one("{" + targets + R"(, "actions": { "a": { "actionId": "region-outag",
            "targets": ["singapore"], "at": "+1m" } } })") ==
        "f.json:1: /actions/a/actionId: there is no action \"region-outag\" (expected "
        "bad-deployment, cache-flush, capacity-unavailable, certificate-expiry, "
        "certificate-renewal-fails, control-plane-outage, dns-control-plane-outage, errors, "
        "failover, health-checks-blind, latency, metric-blackout or 13 others; did "
        "you mean "
        "\"region-outage\"?)");
  CHECK(one("{" + targets + R"(, "actions": { "a": { "actionId": "region-outage",
            "targets": ["singapor"], "at": "+1m" } } })")
            .find("did you mean \"singapore\"") != std::string::npos);
  CHECK(one(R"({ "targets": { "t": { "region": "sgd" } }, "actions": { "a": { "actionId":
            "control-plane-outage", "targets": ["t"], "at": "+1m" } } })")
            .find("there is no region \"sgd\"") != std::string::npos);
  CHECK(one("{" + targets + R"(, "actions": {
            "a": { "actionId": "region-outage", "targets": ["singapore"], "startAfter": ["b"] },
            "b": { "actionId": "region-outage", "targets": ["singapore"], "startWith": ["a"] } } })")
            .find("the actions wait for each other: a -> b -> a") != std::string::npos);
  CHECK(one("{" + targets + R"(, "actions": {
            "a": { "actionId": "region-outage", "targets": ["singapore"], "at": "+1m" },
            "b": { "actionId": "region-outage", "targets": ["singapore"], "startAfter": ["a"] } } })")
            .find("\"a\" never ends") != std::string::npos);
  CHECK(one(R"x({ "targets": { "t": { "service": "log@sg", "selectionMode": "PERCENT(30)" } },
            "actions": { "a": { "actionId": "slow", "targets": ["t"], "at": "+1m",
            "parameters": { "speed": "50%" } } } })x")
            .find("of one service is none, and it has no tasks") != std::string::npos);
  CHECK(one(R"({ "targets": { "t": { "service": "web@sg" } },
            "actions": { "a": { "actionId": "region-outage", "targets": ["t"], "at": "+1m" } } })")
            .find("hits regions") != std::string::npos);
}

}  // namespace
}  // namespace lifeboat::scenarios
