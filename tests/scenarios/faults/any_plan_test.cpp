// Any faults on a world without requests: whatever overlaps, and in whichever order it ends, what
// has ended leaves nothing behind, and no count falls below zero.
#include <string>
#include <vector>

#include <fmt/format.h>

#include "sim/random/luck.hpp"
#include "tests/scenarios/faults/stage.hpp"

namespace lifeboat::scenarios {
namespace {

using sim::Instant;

struct Row {
  const char* action;
  const char* target;
  const char* parameters;
};

const std::vector<Row>& rows() {
  static const std::vector<Row> all = {
      {"region-outage", "sg", "{}"},
      {"region-outage", "syd", R"({ "controlPlane": "up" })"},
      {"control-plane-outage", "sg", "{}"},
      {"metric-blackout", "sg", "{}"},
      {"dns-control-plane-outage", "sg", "{}"},
      {"health-checks-blind", "sg", "{}"},
      {"health-checks-blind", "check", R"({ "results": "failing" })"},
      {"network-partition", "sg", "{}"},
      {"network-partition", "zone", "{}"},
      {"network-latency", "syd", R"({ "add": "80ms" })"},
      {"network-latency", "zone", R"({ "add": "80ms" })"},
      {"replica-broken", "replica", "{}"},
      {"replica-lag", "replica", R"({ "add": "3s", "replay": "20%" })"},
      {"service-outage", "db", "{}"},
      {"zone-outage", "zone", "{}"},
      {"latency", "web", R"({ "add": "200ms" })"},
      {"slow", "web", R"({ "speed": "30%" })"},
      {"errors", "zone", R"({ "share": "20%" })"},
      {"throttling", "web", R"({ "limit": "5/s" })"},
      {"quota-too-small", "sg", R"({ "quota": "fargateVcpu", "value": 4 })"},
      {"quota-too-small", "sg", R"({ "quota": "cognitoUserAuthentication", "value": 9 })"},
      {"capacity-unavailable", "sg", R"({ "grant": "10%" })"},
      {"stale-configuration", "syd", R"({ "item": "image", "repair": "20s" })"},
      {"stale-configuration", "syd", R"({ "item": "secret" })"},
      {"nodes-lost", "log", R"({ "share": "30%" })"},
  };
  return all;
}

std::string draw_plan(std::uint64_t seed) {
  std::uint64_t number = 0;
  const auto of = [&](std::size_t count) {
    return static_cast<std::size_t>(sim::mix(sim::mix(seed, 0xa11), ++number) % count);
  };
  std::string text = R"({ "targets": { "sg": { "region": "sg" }, "syd": { "region": "syd" },
    "zone": { "region": "sg", "zone": "b" }, "check": { "healthCheck": "sg-up" },
    "replica": { "service": "db@syd" }, "db": { "service": "db@sg" },
    "web": { "service": "web@sg" }, "log": { "service": "log" } }, "actions": {)";
  const std::size_t count = 2 + of(5);
  for (std::size_t i = 0; i < count; ++i) {
    const Row& row = rows()[of(rows().size())];
    std::string when = fmt::format(R"("at": "+{}s")", 10 * of(12));
    if (i > 0 && of(4) == 0) {
      when = fmt::format(R"("{}": ["a{}"])", of(2) == 0 ? "startAfter" : "startWith", of(i));
    }
    text += fmt::format(R"({} "a{}": {{ "actionId": "{}", "targets": ["{}"], {}, "jitter": "{}s",
                        "duration": "{}s", "parameters": {}{} }})",
                        i == 0 ? "" : ",", i, row.action, row.target, when, 5 * of(2),
                        1 + 15 * of(8), row.parameters,
                        std::string(row.action) == "latency" ? R"(, "ramp": "30s")" : "");
  }
  return text + " } }";
}

TEST_CASE("What has ended leaves nothing behind, whatever overlaps", "[property]") {
  const Stage stage = make_stage();
  const auto& registers = stage.network->registers;
  const std::uint64_t count = tests::heavy() ? 20'000 : 400;
  for (std::uint64_t seed = 0; seed < count; ++seed) {
    const std::string text = draw_plan(seed);
    CAPTURE(seed, text);
    const auto planned = plan(stage, text);
    tests::FakeWorld world(stage.network, seed);
    world.add(make_fault_controller(planned), watched_registers(planned));
    world.start(Instant::from_seconds(-60));
    for (const double at : {0.0, 55.0, 100.0, 130.0, 200.0}) {
      world.run_until(Instant::from_seconds(at));
      // A task starts now and then: what is stale comes to light.
      if (at == 130) world.set(stage.network->find_register("web@syd/tasks-launched"), 1);
      for (std::size_t i = 0; i < registers.size(); ++i) {
        if (world.registers[i] < 0) FAIL_CHECK(registers[i].name << " is " << world.registers[i]);
      }
    }
    world.run_until(Instant::from_seconds(3000));
    CHECK(world.effects.empty());
    CHECK(world.frozen.empty());
    CHECK(world.value("faults/waiting") == 0);
    for (const auto& [bucket, rate] : world.rates) {
      CHECK(rate.first == stage.network->buckets[bucket].per_second);
      CHECK(rate.second == stage.network->buckets[bucket].burst);
    }
    for (const auto& [log, how] : world.impeded) {
      CHECK(how.first == Duration{});
      CHECK(how.second == Approx(1));
    }
    for (std::size_t i = 0; i < registers.size(); ++i) {
      const std::string& name = registers[i].name;
      const bool counts = name.starts_with("faults/") || name.ends_with("/failed-at") ||
                          name.ends_with("/tasks-launched");
      if (counts || world.registers[i] == registers[i].initial) continue;
      FAIL_CHECK(name << " is " << world.registers[i] << " and not " << registers[i].initial);
    }
  }
}

}  // namespace
}  // namespace lifeboat::scenarios
