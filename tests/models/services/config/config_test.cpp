// Drift between two regions, and what a scale-out records.
#include "models/platform/meter_readings.hpp"
#include "models/services/config/drift.hpp"
#include "tests/models/services/testbed.hpp"

using namespace lifeboat;
using namespace lifeboat::tests;
using sim::Duration;

namespace {

std::string platform(const std::string& sydney, const std::string& rule) {
  return R"({ "format": "lifeboat/platform/1", "name": "two",
    "regions": { "sg": { "code": "ap-southeast-1", "quotas": { "fargateVcpu": 64 } },
                 "syd": { "code": "ap-southeast-2", "quotas": { "fargateVcpu": 6 } } },
    "services": {
      "front": { "kind": "alb", "to": "web", "region": "sg" },
      "web": { "kind": "ecs-fargate", "cpu": "0.5 vCPU", "memory": "1 GiB", "image": "180 MB",
               "desiredCount": 4, "operations": { "find": { "steps": [{ "cpuTime": "10ms" }] } },
               "regions": { "sg": {}, "syd": )" +
         sydney + R"( } },
      "recorder": { "kind": "config", "region": "sg")" +
         rule + R"( } },
    "journeys": { "find": { "entry": "front.find" } } })";
}

std::vector<std::string> warnings(const std::string& json) { return problems_of(json); }

}  // namespace

TEST_CASE("A rule on drift tells each parameter and quota that differs", "[unit]") {
  const std::string sydney = R"({ "desiredCount": 0, "image": "150 MB" })";
  CHECK(warnings(platform(sydney, "")).empty());
  const auto lines = warnings(platform(sydney, R"(, "drift": { "comparedWith": "syd" })"));
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].find("web: image is \"180 MB\" in sg and \"150 MB\" in syd") != std::string::npos);
  CHECK(lines[1].find("quota fargateVcpu is 64 in sg and 6 in syd") != std::string::npos);
}

TEST_CASE("What is expected to differ is no drift, and what is not is", "[unit]") {
  const std::string sydney = R"({ "desiredCount": 0, "image": "150 MB" })";
  CHECK(warnings(platform(sydney, R"(, "drift": { "comparedWith": "syd",
                                     "expected": ["desiredCount", "image", "quotas"] })"))
            .empty());
  const auto lines =
      warnings(platform(sydney, R"(, "drift": { "comparedWith": "syd", "expected": ["quotas"] })"));
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].find("desiredCount is 4 in sg and 0 in syd") != std::string::npos);
}

TEST_CASE("A region is compared with another one", "[unit]") {
  const auto lines = warnings(platform("{}", R"(, "drift": { "comparedWith": "sg" })"));
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].find("differ from itself") != std::string::npos);
}

// Four tasks more, four items each.
TEST_CASE("A scale-out records items, and evaluations of each rule", "[unit]") {
  Testbed bed(platform("{}", R"(, "otherItemsPerDay": 0, "rules": 3)"));
  bed.traffic("find", 1);
  const sim::RegisterId desired = *bed.handles("web", "sg").desired;
  bed.at(100, [desired](sim::Control& control) { control.set(desired, 8); });
  models::MeterReadings used;
  used.add(bed.run(Duration::seconds(600)));
  const auto& meters = bed.handles("recorder", "sg").meters;
  REQUIRE(meters.size() == 3);
  const double items = meters[0].read(used);
  CHECK(items == 16);
  CHECK(meters[1].read(used) == 0);
  CHECK(meters[2].read(used) == Approx(3 * items));
}

// 240 a day, and no tasks that start: 10 an hour.
TEST_CASE("Items of everything else come by the day", "[unit]") {
  Testbed bed(platform("{}", R"(, "otherItemsPerDay": 240)"));
  bed.traffic("find", 1);
  models::MeterReadings used;
  used.add(bed.run(Duration::hours(1)));
  CHECK(bed.handles("recorder", "sg").meters[0].read(used) == Approx(10).epsilon(0.01));
}
