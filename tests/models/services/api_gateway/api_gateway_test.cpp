// API Gateway against the arithmetic of its token buckets, its cache and its timeout.
#include "models/platform/meter_readings.hpp"
#include "tests/catch.hpp"
#include "tests/models/services/testbed.hpp"

using namespace lifeboat;
using lifeboat::tests::problems_of;
using lifeboat::tests::Testbed;
using sim::Cause;
using sim::Duration;

namespace {

std::string gateway(const std::string& keys,
                    const std::string& target = R"("get": { "demand": "1us" })",
                    const std::string& code = "ap-southeast-1") {
  return R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": ")" +
         code + R"(" } },
    "keys": { "item": { "count": 100, "size": "1 KiB" }, "file": { "count": 1000, "size": "1 MB" } },
    "services": { "api": { "kind": "api-gateway", "region": "sg", "to": ["app"], "overhead": "0ms" )" +
         keys + R"( },
      "app": { "kind": "queue", "region": "sg", "servers": 100000, "operations": { )" +
         target + R"( } } },
    "journeys": { "get": { "entry": "api.get" } } })";
}

bool says(const std::string& json, const std::string& text) {
  for (const std::string& line : problems_of(json)) {
    if (line.find(text) != std::string::npos) return true;
  }
  return false;
}

/// What of `rate` a second the gateway lets through in `seconds`.
double accepted(const std::string& json, double rate, double seconds) {
  Testbed bed(json);
  bed.traffic("get", rate);
  const auto result = bed.run(Duration::from_seconds(seconds));
  CHECK(result.journeys[0].failed ==
        result.journeys[0].failed_by[static_cast<int>(Cause::kThrottled)]);
  return static_cast<double>(result.journeys[0].succeeded);
}

}  // namespace

TEST_CASE("the account's rate and burst hold, fewer in newer regions", "[oracle]") {
  // Burst and then the refill: b + r t.
  const std::string plain = R"("get": { "demand": "1us" })";
  CHECK(accepted(gateway(""), 20'000, 5) == Approx(5'000 + 10'000 * 5).margin(3));
  CHECK(accepted(gateway("", plain, "ap-southeast-3"), 6'000, 5) ==
        Approx(1'250 + 2'500 * 5).margin(3));
}

TEST_CASE("a burst lasts for b / (lambda - r)", "[oracle]") {
  // 5,000 / (20,000 - 10,000) = 0.5 s; 10,000 arrivals by then with a standard deviation of 100:
  // 0.01 s. Looked at five of them before and after.
  Testbed bed(gateway(""));
  bed.traffic("get", 20'000);
  std::uint64_t before = 1;
  std::uint64_t after = 0;
  bed.at(0.45, [&](sim::Control& c) { before = c.journey(sim::JourneyId(0)).failed; });
  bed.at(0.55, [&](sim::Control& c) { after = c.journey(sim::JourneyId(0)).failed; });
  (void)bed.run(Duration::seconds(1));
  CHECK(before == 0);
  CHECK(after > 0);
}

TEST_CASE("stages and methods throttle before the account does", "[oracle]") {
  const std::string two = R"("get": { "demand": "1us" }, "put": { "demand": "1us" })";
  CHECK(accepted(gateway(R"(, "throttle": { "rateLimit": "50/s", "burstLimit": 20 })", two), 200,
                 50) == Approx(20 + 50 * 50).margin(2));
  CHECK(accepted(gateway(R"(, "throttle": { "rateLimit": "50/s",
           "methods": { "get": { "rateLimit": "10/s", "burstLimit": 5 } } })",
                         two),
                 200, 50) == Approx(5 + 10 * 50).margin(2));
  CHECK(accepted(gateway(R"(, "throttle": { "methods": { "put": { "rateLimit": "1/s" } } })", two),
                 200, 50) > 9'500);
}

TEST_CASE("the cache hits as often as lives and returns say", "[oracle]") {
  // 100 keys, 10/s: each comes every 10 s; kept for 20 s from its fill. Of a cycle's look-ups (a
  // miss and, on average, 2 hits) two thirds hit: l T / (1 + l T), l T = 2.
  Testbed bed(gateway(
      R"(, "cacheClusterSize": "0.5", "cache": { "get": { "key": "item", "ttl": "20s" } })"));
  bed.traffic("get", 10);
  double ratio = 0;
  bed.at(20'000, [&](sim::Control& c) { ratio = bed.handles("api", "sg").metrics.at(0).read(c); });
  const auto result = bed.run(Duration::seconds(20'001), Duration::seconds(100));
  // 200,000 look-ups; cycles vary by less than independent draws: 4 standard errors are 0.0042.
  CHECK(ratio == Approx(2.0 / 3).margin(0.0042));
  // What was answered from the cache did not reach the target.
  const double misses = static_cast<double>(result.stations[bed.station("app")].arrivals);
  CHECK(misses / static_cast<double>(result.journeys[0].offered) == Approx(1.0 / 3).margin(0.005));
}

TEST_CASE("a cache that is too small holds what fits", "[unit]") {
  // 1,000 files of 1 MB in 0.5 GB: half of them.
  Testbed bed(gateway(R"(, "cacheClusterSize": "0.5", "cache": { "get": { "key": "file" } })"));
  const sim::Network& network = bed.build();
  REQUIRE(network.caches.size() == 1);
  CHECK(network.caches[0].capacity == 500);
  CHECK(network.caches[0].ttl == Duration::seconds(300));
}

TEST_CASE("an integration that is too slow is a 504", "[unit]") {
  const auto run = [](const std::string& keys, const std::string& demand) {
    Testbed bed(gateway(keys, "\"get\": { \"demand\": \"" + demand + "\" }"));
    bed.traffic("get", 5);
    return bed.run(Duration::seconds(100));
  };
  CHECK(run("", "28900ms").journeys[0].failed == 0);
  const auto slow = run("", "29100ms");
  CHECK(slow.journeys[0].succeeded == 0);
  CHECK(slow.journeys[0].failed_by[static_cast<int>(Cause::kTimeout)] == slow.journeys[0].failed);
  CHECK(run(R"(, "apiType": "HTTP")", "29900ms").journeys[0].failed == 0);
  CHECK(run(R"(, "integrationTimeout": "500ms")", "600ms").journeys[0].succeeded == 0);
  CHECK(run(R"(, "integrationTimeout": "1m")", "50s").journeys[0].failed == 0);
}

TEST_CASE("its health is that of what it fronts", "[unit]") {
  Testbed bed(R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1", "quotas": { "fargateVcpu": 100 } } },
    "healthChecks": { "up": { "watch": "api@sg", "requestInterval": "10s" } },
    "services": { "api": { "kind": "api-gateway", "region": "sg", "to": "web" },
      "web": { "kind": "ecs-fargate", "cpu": "1 vCPU", "memory": "2 GiB", "desiredCount": 2, "region": "sg",
               "operations": { "get": { "steps": [ { "cpuTime": "1ms" } ] } } } },
    "journeys": { "get": { "entry": "api.get" } } })");
  bed.traffic("get", 5);
  const sim::RegisterId up = bed.compiled().find_health_check("up")->status;
  const sim::DeploymentId web = bed.compiled().find("web", "sg")->id;
  std::int64_t before = -1;
  std::int64_t after = -1;
  bed.at(100, [&](sim::Control& c) {
    before = c.value(up);
    (void)c.begin_effect({web}, sim::Effect{});
  });
  bed.at(200, [&](sim::Control& c) { after = c.value(up); });
  (void)bed.run(Duration::seconds(201));
  CHECK(before == 1);
  CHECK(after == 0);
}

TEST_CASE("requests are billed by what they carry", "[unit]") {
  const auto billed = [](const std::string& keys) {
    Testbed bed(gateway(keys));
    bed.traffic("get", 10);
    const auto result = bed.run(Duration::seconds(100));
    models::MeterReadings used;
    used.add(result);
    return bed.handles("api", "sg").meters.at(0).read(used) /
           static_cast<double>(result.journeys[0].offered);
  };
  CHECK(billed(R"(, "payload": "1.2 MB")") == Approx(1).margin(0.01));
  CHECK(billed(R"(, "apiType": "HTTP", "payload": "1.2 MB")") == Approx(3).margin(0.03));
}

// One client asks 50 times a second and may ask 100 times a minute: it is blocked within a look of
// 10 s and a lag of 60 s after its first 2 s. What is blocked takes no token of the stage's 20 a
// second: until then 20/s and a burst of 20 are served, after it nothing.
TEST_CASE("a firewall stands before an API's throttles", "[unit]") {
  Testbed bed(gateway(R"(, "throttle": { "rateLimit": "20/s", "burstLimit": 20 },
      "waf": { "rules": { "per-client": { "limit": 100, "evaluationWindow": "60s" } } })"));
  bed.traffic("get", 50);
  const auto result = bed.run(Duration::seconds(300));
  const auto failed = [&](Cause cause) {
    return result.journeys[0].failed_by[static_cast<std::size_t>(cause)];
  };
  CHECK(failed(Cause::kBlocked) > 50 * (300 - 72) - 500);
  CHECK(result.journeys[0].succeeded < 20 + 20 * 72 + 60);
  CHECK(result.journeys[0].succeeded > 20 + 20 * 7 - 60);
  CHECK(failed(Cause::kThrottled) < 30 * 72 + 300);
}

TEST_CASE("a wrong API is told", "[unit]") {
  CHECK(says(gateway(R"(, "apiType": "WEBSOCKET")"), "not yet modelled"));
  CHECK(says(gateway(R"(, "cache": { "get": { "key": "item" } })"), "cacheClusterSize"));
  CHECK(says(gateway(R"(, "cacheClusterSize": "1")"), "1.6"));
  CHECK(says(gateway(R"(, "cacheClusterSize": "0.5", "cache": { "got": { "key": "item" } })"),
             "got"));
  CHECK(says(gateway(R"(, "throttle": { "methods": { "gte": { "rateLimit": "1/s" } } })"), "gte"));
  CHECK(says(gateway(R"(, "throttle": { "burstLimit": 5 })"), "rateLimit"));
  CHECK(says(gateway(R"(, "integrationTimeout": "10ms")"), "integrationTimeout"));
  CHECK(says(gateway(R"(, "apiType": "HTTP", "integrationTimeout": "31s")"), "30 s"));
  CHECK(says(gateway(R"(, "timeout": "3s")"), "timeout"));
}
