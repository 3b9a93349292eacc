// Knobs of deployments: which there are, where they stand, what a level sets and uses.
#include "models/sizing/knob.hpp"

#include <algorithm>
#include <set>

#include "models/services/rds/instance_class.hpp"
#include "tests/catch.hpp"

namespace lifeboat::tests {

namespace {

models::Platform shop_of(const std::string& services) {
  models::io::Problems problems;
  const auto document = models::io::Document::parse_text(
      R"({"format":"lifeboat/platform/1","name":"p",
          "regions":{"sg":{"code":"ap-southeast-1","zones":["a","b","c"]}},"services":{)" +
          services + R"(},"journeys":{}})",
      "p.json", problems);
  REQUIRE(document);
  models::Platform platform = models::read_platform(document->root(), problems);
  for (const auto& problem : problems.all()) INFO(problem.to_line());
  return platform;
}

const models::Knob* find_knob(const std::vector<models::Knob>& knobs, std::string_view parameter) {
  const auto at = std::find_if(knobs.begin(), knobs.end(),
                               [&](const auto& knob) { return knob.parameter == parameter; });
  return at == knobs.end() ? nullptr : &*at;
}

}  // namespace

// A task of 0.5 vCPU and 1 GiB for 730 h: 365 vCPU-h and 730 GB-h.
TEST_CASE("a count of tasks sets the bounds of its scaling too, and leaves it no policy",
          "[unit]") {
  const auto platform = shop_of(
      R"("web":{"kind":"ecs-fargate","cpu":"0.5 vCPU","memory":"1 GiB","desiredCount":4,
          "scaling":{"minCapacity":2,"maxCapacity":9,"policies":[]},"regions":{"sg":{}}})");
  const auto knobs = models::knobs_of(platform);
  REQUIRE(knobs.size() == 1);
  const models::Knob& knob = knobs[0];
  CHECK(knob.now == 4);
  CHECK(knob.spread);
  const auto settings = knob.settings(7);
  REQUIRE(settings.size() == 4);
  CHECK(settings[0] == std::pair<std::string, std::string>("desiredCount", "7"));
  CHECK(settings[1] == std::pair<std::string, std::string>("scaling.minCapacity", "7"));
  CHECK(settings[2] == std::pair<std::string, std::string>("scaling.maxCapacity", "7"));
  CHECK(settings[3] == std::pair<std::string, std::string>("scaling.policies", "[]"));
  REQUIRE(knob.each.size() == 2);
  CHECK(knob.each[0].meter == "vcpu-hours");
  CHECK(knob.each[0].monthly == Approx(365));
  CHECK(knob.each[1].monthly == Approx(730));
}

TEST_CASE("a count above the usual bounds stays within reach", "[unit]") {
  const auto platform = shop_of(
      R"("web":{"kind":"ecs-fargate","cpu":"0.5 vCPU","memory":"1 GiB","desiredCount":2000,
          "regions":{"sg":{}}})");
  const auto knobs = models::knobs_of(platform);
  REQUIRE(knobs.size() == 1);
  CHECK(knobs[0].most == 2000);
  CHECK(knobs[0].settings(2000).size() == 1);
}

TEST_CASE("a database has the classes of its family, and its replicas", "[unit]") {
  const auto platform = shop_of(
      R"("db":{"kind":"rds","engine":"postgres","dbInstanceClass":"db.r6g.xlarge","readReplicas":2,
          "allocatedStorage":"100 GiB","regions":{"sg":{"role":"primary","multiAz":true}}})");
  const auto knobs = models::knobs_of(platform);
  const models::Knob* size = find_knob(knobs, "dbInstanceClass");
  REQUIRE(size != nullptr);
  CHECK(size->text(size->now) == "db.r6g.xlarge");
  CHECK(size->size(size->now) == 4);
  CHECK(std::is_sorted(size->sizes.begin(), size->sizes.end()));
  for (const std::string& name : size->names) CHECK(name.starts_with("db.r6g."));
  CHECK(size->settings(size->now + 1)[0].second == "\"db.r6g.2xlarge\"");
  const models::Knob* replicas = find_knob(knobs, "readReplicas");
  REQUIRE(replicas != nullptr);
  CHECK(replicas->now == 2);
  CHECK(replicas->least == 0);
}

TEST_CASE("brokers come as many in each zone; what the file does not say is no limit to turn",
          "[unit]") {
  const auto platform = shop_of(
      R"("stream":{"kind":"msk","instanceType":"kafka.m5.large","regions":{"sg":{}}},
         "table":{"kind":"dynamodb","regions":{"sg":{"role":"primary"}}},
         "held":{"kind":"dynamodb","billingMode":"PROVISIONED",
                 "provisionedThroughput":{"readCapacityUnits":70,"writeCapacityUnits":20},
                 "regions":{"sg":{"role":"primary"}}})");
  const auto knobs = models::knobs_of(platform);
  const models::Knob* brokers = find_knob(knobs, "numberOfBrokerNodes");
  REQUIRE(brokers != nullptr);
  CHECK(brokers->step == 3);
  CHECK(brokers->least == 3);
  const models::Knob* units = find_knob(knobs, "provisionedThroughput.readCapacityUnits");
  REQUIRE(units != nullptr);
  CHECK(units->service == "held");
  CHECK(units->now == 70);
}

}  // namespace lifeboat::tests
