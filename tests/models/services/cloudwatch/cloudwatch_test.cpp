// CloudWatch as a service: what its faults and delays do to what rests on it, and what it bills.
#include <initializer_list>
#include <optional>

#include "models/platform/meter_readings.hpp"
#include "tests/models/services/testbed.hpp"

using namespace lifeboat;
using namespace lifeboat::tests;
using sim::Duration;
using sim::Instant;

namespace {

constexpr const char* kNoService = "";

/// Two tasks that 180 requests a second keep busy for 90 %, and a target of 60 %. `watch`: the
/// service, with its comma; `policy`: more of the policy.
std::string scaled_shop(const std::string& watch, const std::string& policy = "") {
  return R"({ "format": "lifeboat/platform/1", "name": "shop",
    "regions": { "sg": { "code": "ap-southeast-1", "zones": ["a", "b"] } },
    "services": { )" +
         watch + R"(
      "web": { "kind": "ecs-fargate", "region": "sg", "cpu": "1 vCPU", "memory": "2 GiB",
        "desiredCount": 2,
        "operations": { "view": { "steps": [ { "cpuTime": "10ms" } ] } },
        "scaling": { "minCapacity": 2, "maxCapacity": 20, "policies": [ {
          "type": "target-tracking", "predefinedMetricType": "ECSServiceAverageCPUUtilization",
          "targetValue": "60%" )" +
         policy + R"( } ] } } },
    "journeys": { "view": { "entry": "web.view" } } })";
}

std::string watched(const std::string& more = "") {
  return R"("watch": { "kind": "cloudwatch", "region": "sg" )" + more + " },";
}

constexpr double kRate = 180;
constexpr std::int64_t kHour = 3600;

Testbed busy(const std::string& platform) {
  Testbed bed(platform);
  bed.traffic("view", kRate);
  return bed;
}

/// When the desired count is first raised.
std::optional<Instant> scales_out(const sim::TrialResult& result) {
  for (const sim::IncidentEvent& event : result.events) {
    if (event.kind == "scaling" && event.text.find("-> ") != std::string::npos) return event.at;
  }
  return std::nullopt;
}

std::optional<Instant> scales_out(const std::string& platform) {
  return scales_out(busy(platform).run(Duration::seconds(kHour)));
}

bool logged(const sim::TrialResult& result, const char* text) {
  for (const sim::IncidentEvent& event : result.events) {
    if (event.text.find(text) != std::string::npos) return true;
  }
  return false;
}

void add_effect(Testbed& bed, double at, double lasts, const sim::Effect& effect) {
  const sim::DeploymentId watch = bed.compiled().find("watch", "sg")->id;
  auto handle = std::make_shared<sim::EffectId>();
  bed.at(at, [=](sim::Control& control) { *handle = control.begin_effect({watch}, effect); });
  bed.at(at + lasts, [=](sim::Control& control) { control.end_effect(*handle); });
}

}  // namespace

TEST_CASE("A region that names its CloudWatch scales as one that does not", "[unit]") {
  const auto without = scales_out(scaled_shop(kNoService));
  REQUIRE(without);
  CHECK(*without > Instant::from_seconds(180 + 110));
  CHECK(scales_out(scaled_shop(watched())) == without);
}

TEST_CASE("A policy's own publication delay goes before the region's", "[unit]") {
  const auto of_region = [](const char* delay) {
    return watched(std::string(R"(, "publicationDelay": ")") + delay + "\"");
  };
  const auto of_policy = [](const char* delay) {
    return std::string(R"(, "publicationDelay": ")") + delay + "\"";
  };
  const auto soon = scales_out(scaled_shop(of_region("10s")));
  const auto late = scales_out(scaled_shop(of_region("400s")));
  CHECK(soon == scales_out(scaled_shop(kNoService, of_policy("10s"))));
  CHECK(late == scales_out(scaled_shop(kNoService, of_policy("400s"))));
  CHECK(late == scales_out(scaled_shop(of_region("10s"), of_policy("400s"))));
  REQUIRE(soon);
  REQUIRE(late);
  // Evaluations are a minute apart: 390 s later is six or seven of them.
  CHECK(*late - *soon >= Duration::seconds(360));
  CHECK(*late - *soon <= Duration::seconds(420));
}

TEST_CASE("Metrics of less than a minute have a publication delay of their own", "[unit]") {
  const std::string fast = R"(, "period": "20s")";
  const auto usual = scales_out(scaled_shop(watched(), fast));
  CHECK(scales_out(scaled_shop(watched(R"(, "publicationDelay": "400s")"), fast)) == usual);
  CHECK(scales_out(scaled_shop(watched(R"(, "fastPublicationDelay": "200s")"), fast)) ==
        scales_out(scaled_shop(kNoService, fast + R"(, "publicationDelay": "200s")")));
  CHECK(scales_out(scaled_shop(watched(R"(, "fastPublicationDelay": "200s")"), fast)) != usual);
}

// All datapoints come five minutes later, and are looked at by the same clock.
TEST_CASE("What delays CloudWatch delays scaling by as much", "[unit]") {
  Testbed bed = busy(scaled_shop(watched()));
  sim::Effect slow;
  slow.kind = sim::Effect::Kind::kLatency;
  slow.delay = Duration::seconds(300);
  add_effect(bed, 0, kHour, slow);
  const auto delayed = scales_out(bed.run(Duration::seconds(kHour)));
  const auto usual = scales_out(scaled_shop(watched()));
  REQUIRE(delayed);
  REQUIRE(usual);
  CHECK(*delayed - *usual == Duration::seconds(300));
}

TEST_CASE("An outage of CloudWatch freezes scaling as a metric blackout does", "[unit]") {
  constexpr double kLost = 10;
  constexpr double kLasts = 1800;
  Testbed out = busy(scaled_shop(watched()));
  add_effect(out, kLost, kLasts, sim::Effect{});
  const sim::TrialResult by_outage = out.run(Duration::seconds(kHour));
  Testbed black = busy(scaled_shop(watched()));
  black.at(kLost, black.set("region/sg/cloudwatch", 0));
  black.at(kLost + kLasts, black.set("region/sg/cloudwatch", 1));
  const sim::TrialResult by_blackout = black.run(Duration::seconds(kHour));
  const auto scaled = scales_out(by_outage);
  REQUIRE(scaled);
  // Three bins after its return, and their publication.
  CHECK(*scaled > Instant::from_seconds(kLost + kLasts + 120 + 110));
  CHECK(scaled == scales_out(by_blackout));
  for (const sim::TrialResult* result : {&by_outage, &by_blackout}) {
    CHECK(logged(*result, "no metrics, all alarms INSUFFICIENT_DATA"));
    CHECK(logged(*result, "metrics are back"));
  }
}

TEST_CASE("A region that is lost says so itself, not its CloudWatch", "[unit]") {
  Testbed bed = busy(scaled_shop(watched()));
  bed.at(100, bed.lose("sg"));
  const sim::TrialResult result = bed.run(Duration::seconds(1000));
  CHECK_FALSE(logged(result, "no metrics"));
  CHECK_FALSE(scales_out(result));
}

// Jobs that nobody works off, one a second: above 300 after five minutes, an alarm some 200 s
// later. Without CloudWatch the check is as the file says.
TEST_CASE("A health check by alarm has no data while CloudWatch is out, and late ones by delay",
          "[unit]") {
  const auto unhealthy_at = [](double from, double lasts, const sim::Effect& effect) {
    Testbed bed(R"({ "format": "lifeboat/platform/1", "name": "queue",
      "regions": { "sg": { "code": "ap-southeast-1" } },
      "healthChecks": { "digests": {
          "alarm": { "service": "jobs@sg", "metricName": "backlog", "threshold": "300" },
          "insufficientDataHealthStatus": "Healthy" } },
      "services": { )" +
                watched() + R"(
        "jobs": { "kind": "sqs", "region": "sg" } },
      "journeys": { "send": { "entry": "jobs.send" } } })");
    bed.traffic("send", 1);
    add_effect(bed, from, lasts, effect);
    std::vector<Instant> all;
    for (const sim::IncidentEvent& event : bed.run(Duration::seconds(2000)).events) {
      if (event.kind == "health-check" && event.text.rfind("unhealthy", 0) == 0) {
        all.push_back(event.at);
      }
    }
    REQUIRE(all.size() == 1);
    return all.front();
  };
  sim::Effect slow;
  slow.kind = sim::Effect::Kind::kLatency;
  const Instant usual = unhealthy_at(0, kHour, slow);
  slow.delay = Duration::seconds(300);
  // It looks every 6 s.
  CHECK(unhealthy_at(0, kHour, slow) - usual == Duration::seconds(300));
  const Instant blind = unhealthy_at(200, 1000, sim::Effect{});
  CHECK(blind > Instant::from_seconds(1200 + 110));
  CHECK(blind < Instant::from_seconds(1200 + 60 + 170 + 60 + 6));
}

TEST_CASE("Alarms are those of policies, of checks, and others, by their price", "[unit]") {
  const std::string tracking =
      R"({ "type": "target-tracking", "predefinedMetricType": "ECSServiceAverageCPUUtilization",
           "targetValue": "60%" )";
  const auto service = [](const char* name, const std::string& policies) {
    return "\"" + std::string(name) +
           R"(": { "kind": "ecs-fargate", "region": "sg", "cpu": "1 vCPU", "memory": "2 GiB",
        "desiredCount": 2, "operations": { "view": { "steps": [ { "cpuTime": "10ms" } ] } },
        "scaling": { "minCapacity": 2, "maxCapacity": 4, "policies": [ )" +
           policies + " ] } }";
  };
  Testbed bed(
      R"({ "format": "lifeboat/platform/1", "name": "alarms",
    "regions": { "sg": { "code": "ap-southeast-1" }, "syd": { "code": "ap-southeast-2" } },
    "healthChecks": { "digests": {
        "alarm": { "service": "jobs@sg", "metricName": "backlog", "threshold": "300" } } },
    "services": { )" +
      watched(R"(, "otherAlarms": 6, "customMetrics": 50, "dashboards": 4)") +
      service("web", tracking + "}") + "," + service("fast", tracking + R"(, "period": "20s" })") +
      "," + service("shop", tracking + R"(, "disableScaleIn": true }, { "type": "step",
            "alarm": { "metricName": "CPUUtilization", "threshold": "80%" },
            "adjustmentType": "ChangeInCapacity",
            "stepAdjustments": [ { "metricIntervalLowerBound": "0%", "scalingAdjustment": 1 } ] })") +
      R"(, "jobs": { "kind": "sqs", "region": "sg" } },
    "journeys": { "view": { "entry": "web.view" }, "send": { "entry": "jobs.send" } } })");
  bed.traffic("view", 1);
  double alarms = 0;
  bed.at(1, [&](sim::Control& control) { alarms = bed.metric(control, "watch", "sg", "alarms"); });
  const sim::TrialResult result = bed.run(Duration::hours(1));
  CHECK(alarms == 2 + 2 + (1 + 1) + 1);
  const auto a_month = [&](const char* meter) {
    return 730 * bed.metered(result, "watch", "sg", meter);
  };
  CHECK(a_month("alarm-months") == Approx(2 + 1 + 1 + 1 + 6));
  CHECK(a_month("fast-alarm-months") == Approx(2));
  CHECK(a_month("metric-months") == Approx(50));
  CHECK(a_month("dashboard-months") == Approx(4));
}

TEST_CASE("Logs are billed by the requests that write them, and by how long they stay", "[unit]") {
  Testbed bed = busy(scaled_shop(
      watched(R"(, "logs": { "from": "web", "perRequest": "20 kB", "retention": "1460h" })")));
  const sim::TrialResult result = bed.run(Duration::seconds(1000));
  const double requests = static_cast<double>(result.journeys[bed.journey("view")].offered);
  const double gigabytes = bed.metered(result, "watch", "sg", "log-gigabytes");
  CHECK(gigabytes == Approx(requests * 20e3 / 1e9).epsilon(0.002));  // the last second is not seen
  CHECK(bed.metered(result, "watch", "sg", "log-gigabyte-months") == Approx(2 * gigabytes));
}

TEST_CASE("What is logged while CloudWatch is out is lost, and not billed", "[unit]") {
  Testbed bed = busy(scaled_shop(watched(R"(, "logs": { "from": "web", "perRequest": "20 kB" })")));
  add_effect(bed, 200, 300, sim::Effect{});
  const sim::TrialResult result = bed.run(Duration::seconds(1000));
  const auto grown = [&](const char* name) {
    return static_cast<double>(result.register_growth[bed.build().find_register(name).index()]);
  };
  CHECK(grown("watch@sg/requests-unlogged") == Approx(300 * kRate).epsilon(0.02));
  CHECK(grown("watch@sg/requests-logged") == Approx(700 * kRate).epsilon(0.02));
  CHECK(bed.metered(result, "watch", "sg", "log-gigabytes") ==
        Approx(grown("watch@sg/requests-logged") * 20e3 / 1e9));
}

TEST_CASE("Calls of PutMetricData beyond the quota are throttled", "[unit]") {
  const auto calls = [](const std::string& quota) {
    Testbed bed = busy(scaled_shop(
        watched(R"(, "metricCalls": { "from": "web", "perRequest": 5 )" + quota + " }")));
    const sim::TrialResult result = bed.run(Duration::seconds(1000));
    const auto grown = [&](const char* name) {
      return static_cast<double>(result.register_growth[bed.build().find_register(name).index()]);
    };
    CHECK(bed.metered(result, "watch", "sg", "metric-calls") == grown("watch@sg/metric-calls"));
    return std::pair(grown("watch@sg/metric-calls"), grown("watch@sg/metric-calls-throttled"));
  };
  // 900 a second: its deviation of 67 stays far from either quota.
  const auto [taken, throttled] = calls("");
  CHECK(taken == Approx(500 * 999.5).epsilon(0.001));
  CHECK(throttled == Approx(400 * 999.5).epsilon(0.03));
  const auto [all, none] = calls(R"(, "quota": "1500/s")");
  CHECK(all == Approx(5 * kRate * 999.5).epsilon(0.01));
  CHECK(none == 0);
}

TEST_CASE("A region has one CloudWatch, and what writes to it must be there", "[unit]") {
  const auto two =
      problems_of(scaled_shop(watched() + R"("other": { "kind": "cloudwatch", "region": "sg" },)"));
  REQUIRE(two.size() == 1);
  CHECK(two[0].find("\"watch\"") != std::string::npos);
  const auto nobody =
      problems_of(scaled_shop(watched(R"(, "logs": { "from": "wep", "perRequest": "1 kB" })")));
  REQUIRE(nobody.size() == 1);
  CHECK(nobody[0].find("did you mean \"web\"") != std::string::npos);
}
