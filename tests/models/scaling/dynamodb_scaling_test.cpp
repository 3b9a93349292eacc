// Auto scaling of a provisioned table, and capacity that follows its desired value.
#include <string>

#include "models/scaling/delayed_capacity.hpp"
#include "sim/network/builder.hpp"
#include "tests/catch.hpp"
#include "tests/models/services/testbed.hpp"
#include "tests/sim/fake_world.hpp"

using namespace lifeboat;
using namespace lifeboat::models;
using sim::Duration;
using sim::Instant;

namespace {

/// A table that begins with so many read units and tracks 70 %.
std::string table(int units) {
  return R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" } },
    "services": { "table": { "kind": "dynamodb", "region": "sg", "billingMode": "PROVISIONED",
        "provisionedThroughput": { "readCapacityUnits": )" +
         std::to_string(units) + R"( },
        "itemSize": "4 KiB", "operations": { "read": { "consistent": true } },
        "updateTime": "120s",
        "scaling": { "readCapacityUnits": { "minCapacity": 10, "maxCapacity": 1000, "policies": [
          { "type": "target-tracking", "targetValue": "70%",
            "predefinedMetricType": "DynamoDBReadCapacityUtilization" } ] } } } },
    "journeys": { "get": { "entry": "table.read" } } })";
}

std::vector<sim::IncidentEvent> of_kind(const sim::TrialResult& result, const char* kind) {
  std::vector<sim::IncidentEvent> events;
  for (const sim::IncidentEvent& event : result.events) {
    if (event.kind == kind) events.push_back(event);
  }
  return events;
}

double succeeded(const sim::TrialResult& result, double from, double to) {
  double offered = 0;
  double good = 0;
  const auto& bins = result.journeys.at(0).bins;
  for (std::size_t i = 0; i < bins.size(); ++i) {
    const double at = 10.0 * static_cast<double>(i);
    if (at < from || at >= to) continue;
    offered += bins[i].offered;
    good += bins[i].good;
  }
  return good / offered;
}

}  // namespace

// 200 consistent reads a second of 4 KiB take 200 units a second; 100 are provisioned, and 300 s of
// them are kept: 100 a second are missing, so the 30,000 last 300 s. Two bins (60 s each, up to 60
// s of phase), 110 to 170 s of publication and up to 60 s of evaluation: asked for between 230 and
// 410 s, ceil(100 x 2 / 0.7) = 286 by the mean, +-3 by four standard deviations of 12,000 requests
// a bin. If the burst has ended by then the latest datapoint may be smaller, down to 100 / 0.7 =
// 143.
TEST_CASE("A table that scales lives on its burst and then on what it asked for", "[oracle]") {
  tests::Testbed bed(table(100));
  bed.traffic("get", 200);
  const sim::TrialResult result = bed.run(Duration::minutes(60));
  const auto scaled = of_kind(result, "scaling");
  REQUIRE_FALSE(scaled.empty());
  const double asked = scaled.front().at.to_seconds();
  CHECK(asked > 230);
  CHECK(asked < 410);
  CHECK(scaled.front().text.find("read units 100 -> ") == 0);
  CHECK(scaled.front().text.find("against 70 % in 2 of 2 datapoints") != std::string::npos);
  const auto there = of_kind(result, "capacity");
  REQUIRE_FALSE(there.empty());
  CHECK((there.front().at - scaled.front().at).to_seconds() == Approx(120));
  // Nothing is throttled for 300 s (sd of the units taken by then: sqrt(60,000) = 245, 2.5 s); then
  // half, until the units are there.
  CHECK(succeeded(result, 0, 280) == 1);
  CHECK(succeeded(result, 320, there.front().at.to_seconds() - 10) == Approx(0.5).margin(0.03));
  CHECK(succeeded(result, 1800, 3600) > 0.999);
  // In the end 200 of it are at most 70 % or so: between 0.9 and 1 of the target nothing happens.
  const std::string last = there.back().text;
  const double units = std::stod(last);
  CHECK(200 / units < 0.72);
  CHECK(200 / units > 0.60);
}

// 70 of 1,000 units: ceil(1000 x 0.07 / 0.7) = 100, after 15 minutes of such datapoints.
TEST_CASE("A table gives units back after a quarter of an hour", "[oracle]") {
  tests::Testbed bed(table(1000));
  bed.traffic("get", 70);
  const sim::TrialResult result = bed.run(Duration::minutes(40));
  const auto scaled = of_kind(result, "scaling");
  REQUIRE_FALSE(scaled.empty());
  CHECK(scaled.front().at.to_seconds() > 900 + 110);
  CHECK(scaled.front().at.to_seconds() < 900 + 60 + 170 + 60);
  CHECK(scaled.front().text.find("read units 1000 -> ") == 0);
  CHECK(std::stod(scaled.front().text.substr(19)) == Approx(100).margin(8));
  CHECK(succeeded(result, 0, 2400) > 0.999);
}

TEST_CASE("What AWS does not offer for a table is an error that says so", "[unit]") {
  const auto with = [](const std::string& scaling, const char* mode = "PROVISIONED") {
    return tests::problems_of(R"({ "format": "lifeboat/platform/1", "name": "t",
      "regions": { "sg": { "code": "ap-southeast-1" } },
      "services": { "table": { "kind": "dynamodb", "region": "sg", "billingMode": ")" +
                              std::string(mode) +
                              R"(", "scaling": { "readCapacityUnits": { "minCapacity": 1,
          "maxCapacity": 9, "policies": [ )" +
                              scaling + R"( ] } } } },
      "journeys": { "get": { "entry": "table.read" } } })");
  };
  const auto one = [](const std::vector<std::string>& lines, const char* text) {
    REQUIRE(lines.size() == 1);
    INFO(lines.front());
    CHECK(lines.front().find(text) != std::string::npos);
  };
  one(with(R"({ "type": "step" })"), "AWS has no step scaling of DynamoDB tables");
  one(with(R"({ "type": "predictive" })"), "AWS has predictive scaling of ECS services only");
  one(with(R"({ "type": "target-tracking", "targetValue": "70%", "period": "20s",
                "predefinedMetricType": "DynamoDBReadCapacityUtilization" })"),
      "this metric is published every 60 s");
  one(with("", "PAY_PER_REQUEST"), "an on-demand table has no capacity to scale");
  one(tests::problems_of(R"({ "format": "lifeboat/platform/1", "name": "t",
      "regions": { "sg": { "code": "ap-southeast-1" } },
      "services": { "db": { "kind": "rds", "region": "sg", "dbInstanceClass": "db.r6g.large",
          "allocatedStorage": "100 GiB", "scaling": { "minCapacity": 1 },
          "operations": { "find": { "access": "read", "cpuTime": "1ms" } } } },
      "journeys": { "get": { "entry": "db.find" } } })"),
      "AWS scales the replicas of Amazon Aurora alone");
}

namespace {

/// A capacity of 100 that takes a minute and half a second a unit to change.
struct Delayed {
  sim::NetworkBuilder builder;
  CapacityRegisters registers;
  std::unique_ptr<tests::FakeWorld> world;

  explicit Delayed(bool limits) {
    const auto add = [&](const char* name, std::int64_t value) {
      return builder.add_register(name, value);
    };
    registers = {add("desired", 100), add("min", 1),      add("max", 1000),
                 add("current", 100), add("integral", 0), add("since", 0)};
    DelayedCapacityPolicy policy;
    policy.name = "t";
    policy.unit = "units";
    policy.registers = registers;
    policy.region_up = add("up", 1);
    policy.control_plane = add("plane", 1);
    policy.takes = builder.add_law(sim::Law::constant(Duration::seconds(60)));
    policy.seconds_per_unit = 0.5;
    policy.limits_decreases = limits;
    const std::vector<sim::RegisterId> watches = {registers.desired, policy.region_up,
                                                  policy.control_plane};
    world =
        std::make_unique<tests::FakeWorld>(std::make_shared<const sim::Network>(builder.so_far()));
    world->add(std::make_shared<DelayedCapacity>(policy), watches);
    world->start(Instant::origin());
  }
  std::int64_t at(double seconds) {
    world->run_until(Instant::from_seconds(seconds));
    return world->value("current");
  }
  void set(const char* name, std::int64_t value) {
    world->set(world->network->find_register(name), value);
  }
};

}  // namespace

// 20 more take 60 + 10 s; what is asked for meanwhile comes after it.
TEST_CASE("Capacity follows its desired value, one change at a time", "[unit]") {
  Delayed delayed(false);
  delayed.at(100);
  delayed.set("desired", 120);
  CHECK(delayed.at(150) == 100);
  delayed.set("desired", 110);
  CHECK(delayed.at(169.9) == 100);
  CHECK(delayed.at(170) == 120);
  CHECK(delayed.world->value("integral") == 170 * 100 * 1000);
  CHECK(delayed.at(231) == 110);
  CHECK(delayed.world->value("integral") == (170 * 100 + 60 * 120) * 1000);
  delayed.set("plane", 0);
  delayed.set("desired", 50);
  CHECK(delayed.at(600) == 110);
  delayed.set("plane", 1);
  CHECK(delayed.at(660) == 50);
}

TEST_CASE("Capacity is taken back four times a day, and then once an hour", "[unit]") {
  Delayed delayed(true);
  for (int i = 1; i <= 4; ++i) {
    delayed.set("desired", 100 - i);
    CHECK(delayed.at(i * 100) == 100 - i);
  }
  delayed.set("desired", 90);
  CHECK(delayed.at(600) == 96);
  CHECK(delayed.world->value("desired") == 96);
  CHECK(delayed.world->events.back().cause == "quota");
  delayed.at(400 + 3600);
  delayed.set("desired", 90);
  CHECK(delayed.at(400 + 3700) == 90);
  delayed.set("desired", 200);  // more is always possible
  CHECK(delayed.at(400 + 3900) == 200);
}
