// Who is answered with which record, and the checks that take a record out.
#include <algorithm>

#include "models/services/route53/derived_checks.hpp"
#include "models/services/route53/records.hpp"
#include "tests/models/services/testbed.hpp"

using namespace lifeboat;
using namespace lifeboat::tests;
using models::route53::Description;
using models::route53::Preference;
using models::route53::Routing;
using sim::Duration;

namespace {

Description weighted(std::vector<double> weights) {
  Description d;
  d.routing = Routing::kWeighted;
  for (const double weight : weights) {
    models::route53::Record record;
    record.weight = weight;
    d.records.push_back(record);
  }
  return d;
}

/// Share of the clients that are answered with `record` while the others of `down` are not healthy.
double share_of(const Description& d, std::size_t record, const std::vector<std::size_t>& down) {
  double sum = 0;
  for (const Preference& p : preferences(d, {})) {
    const auto healthy = [&](std::size_t i) {
      return std::find(down.begin(), down.end(), i) == down.end();
    };
    if (models::route53::answer_of(p.order, healthy) == record) sum += p.share;
  }
  return sum;
}

/// Two tills behind a name; `name` is the rest of its description, `more` goes into the platform.
std::string two_regions(const std::string& name, const std::string& more) {
  return R"({ "format": "lifeboat/platform/1", "name": "two",
    "regions": { "sg": { "code": "ap-southeast-1" }, "syd": { "code": "ap-southeast-2" } },
    )" + more +
         R"(,
    "services": {
      "www": { "kind": "route53", "to": "till", "ttl": "1s", )" +
         name + R"( },
      "till": { "kind": "queue", "servers": 1000, "regions": { "sg": {}, "syd": {} },
                "operations": { "serve": { "demand": "1ms" } } } },
    "journeys": { "visit": { "entry": "www.serve" } } })";
}

double share_of_sg(Testbed& bed, Duration duration) {
  const sim::StationId sg = *bed.handles("till", "sg").headline;
  const sim::StationId syd = *bed.handles("till", "syd").headline;
  bed.traffic("visit", 1000);
  const sim::TrialResult result = bed.run(duration);
  const auto here = static_cast<double>(result.stations[sg.index()].arrivals);
  return here / (here + static_cast<double>(result.stations[syd.index()].arrivals));
}

const std::string kAlways =
    R"("healthChecks": { "up": { "switch": "healthy" } }, "clients": { "resolvers": "ttl-only" })";

}  // namespace

TEST_CASE("Weights hold among all records and among any that are healthy", "[unit]") {
  const Description d = weighted({70, 20, 10});
  CHECK(share_of(d, 0, {}) == Approx(0.7));
  CHECK(share_of(d, 2, {}) == Approx(0.1));
  CHECK(share_of(d, 1, {0}) == Approx(2.0 / 3));
  CHECK(share_of(d, 2, {0}) == Approx(1.0 / 3));
  CHECK(share_of(d, 0, {1}) == Approx(7.0 / 8));
  CHECK(share_of(d, 2, {0, 1}) == Approx(1));
  CHECK(share_of(d, 0, {0, 1, 2}) == Approx(0.7));  // all unhealthy: all treated as healthy
}

TEST_CASE("A record of weight 0 answers when all others are unhealthy", "[unit]") {
  const Description d = weighted({1, 0, 0});
  CHECK(share_of(d, 0, {}) == Approx(1));
  CHECK(share_of(d, 1, {0}) == Approx(0.5));
  CHECK(share_of(d, 2, {0}) == Approx(0.5));
  CHECK(share_of(d, 2, {0, 1}) == Approx(1));
}

TEST_CASE("A calculated check of unhealthy children is unhealthy from the start", "[unit]") {
  Testbed bed(
      two_regions(R"("routing": "weighted", "records": {
      "sg": { "weight": 70, "healthCheck": "both" }, "syd": { "weight": 30 } })",
                  R"("healthChecks": { "a": { "switch": "healthy" }, "b": { "switch": "unhealthy" },
                             "both": { "children": ["a", "b"] } }, "clients": {})"));
  CHECK(share_of_sg(bed, Duration::seconds(20)) == 0);
}

// A binomial share of 20,000 requests: standard error 0.0032.
TEST_CASE("Weighted records share the requests, and a check takes one out", "[unit]") {
  const std::string records = R"("routing": "weighted", "records": {
      "sg": { "weight": 70, "healthCheck": "up" }, "syd": { "weight": 30 } })";
  SECTION("both healthy") {
    Testbed bed(two_regions(records, kAlways));
    CHECK(share_of_sg(bed, Duration::seconds(20)) == Approx(0.7).margin(0.013));
  }
  SECTION("one is out from the start") {
    Testbed bed(two_regions(
        records, R"("healthChecks": { "up": { "switch": "unhealthy" } }, "clients": {})"));
    CHECK(share_of_sg(bed, Duration::seconds(20)) == 0);
  }
  SECTION("one goes out in the middle: pushed in 1 to 10 s, believed within the TTL of 1 s") {
    Testbed bed(two_regions(records, kAlways));
    const sim::RegisterId check = bed.compiled().find_health_check("up")->status;
    bed.at(50, [check](sim::Control& control) { control.set(check, 0); });
    // 0.7 until 50 s + U(1, 10) + U(0, 1): 0.7 x 56 / 100, and at most 4.5 / 100 beside it.
    CHECK(share_of_sg(bed, Duration::seconds(100)) == Approx(0.7 * 0.56).margin(0.035));
  }
}

// Six orders of three records, chosen among one after the other.
TEST_CASE("Three weighted records each get their share", "[unit]") {
  Testbed bed(R"({ "format": "lifeboat/platform/1", "name": "three",
    "regions": { "a": { "code": "us-east-1" }, "b": { "code": "us-west-2" },
                 "c": { "code": "eu-west-1" } },
    "services": {
      "www": { "kind": "route53", "to": "till", "routing": "weighted",
               "records": { "a": { "weight": 5 }, "b": { "weight": 3 }, "c": { "weight": 2 } } },
      "till": { "kind": "queue", "servers": 1000, "regions": { "a": {}, "b": {}, "c": {} },
                "operations": { "serve": { "demand": "1ms" } } } },
    "journeys": { "visit": { "entry": "www.serve" } } })");
  bed.traffic("visit", 1000);
  const sim::TrialResult result = bed.run(Duration::seconds(20));
  const auto share = [&](const char* region) {
    const sim::StationId id = *bed.handles("till", region).headline;
    return static_cast<double>(result.stations[id.index()].arrivals) / 20'000;
  };
  CHECK(share("a") == Approx(0.5).margin(0.015));
  CHECK(share("b") == Approx(0.3).margin(0.015));
  CHECK(share("c") == Approx(0.2).margin(0.015));
}

TEST_CASE("Latency records answer each place with its nearest region", "[unit]") {
  const std::string places = R"("clients": { "resolvers": "ttl-only", "locations": {
      "asia": { "share": "60%", "rtt": { "sg": "20ms", "syd": "95ms" } },
      "pacific": { "share": "30%", "rtt": { "sg": "95ms", "syd": "15ms" } },
      "elsewhere": { "share": "10%", "rtt": { "sg": "150ms", "syd": "150ms" } } } })";
  const std::string records = R"("routing": "latency", "records": { "sg": {}, "syd": {} })";
  Testbed bed(two_regions(records, places));  // equally far: the first record
  CHECK(share_of_sg(bed, Duration::seconds(20)) == Approx(0.7).margin(0.013));
}

TEST_CASE("What does not fit the routing is said", "[unit]") {
  const auto says = [](const std::string& name, const std::string& more, std::string_view what) {
    for (const std::string& line : problems_of(two_regions(name, more))) {
      if (line.find(what) != std::string::npos) return true;
    }
    return false;
  };
  CHECK(
      says(R"("routing": "weighted", "records": { "sg": { "weight": 0 }, "syd": { "weight": 0 } })",
           kAlways, "all weights are 0"));
  CHECK(says(R"("routing": "weighted", "records": { "sg": {}, "syd": { "weight": 1 } })", kAlways,
             "weighted records have a weight"));
  CHECK(says(R"("routing": "latency", "records": { "sg": {}, "syd": {} })", kAlways,
             "needs to know where clients are"));
  CHECK(
      says(R"("routing": "latency", "records": { "sg": {}, "syd": {} })",
           R"("clients": { "locations": { "asia": { "share": "90%", "rtt": { "sg": "1ms" } } } })",
           "the shares sum to 90%"));
  CHECK(
      says(R"("routing": "latency", "records": { "sg": {}, "syd": {} })",
           R"("clients": { "locations": { "asia": { "share": "100%", "rtt": { "sg": "1ms" } } } })",
           "have no round trip to \"syd\""));
  CHECK(says(R"("routing": "failover", "records": { "sg": { "role": "primary" } })", kAlways,
             "one primary and one secondary"));
  CHECK(says(R"("routing": "simple")",
             R"("healthChecks": { "all": { "children": ["one"] }, "up": { "switch": "healthy" } })",
             "unknown health check \"one\""));
}

TEST_CASE("A calculated check is healthy while enough of its children are", "[unit]") {
  const std::string checks = R"("healthChecks": {
      "a": { "switch": "healthy" }, "b": { "switch": "healthy" }, "c": { "switch": "healthy" },
      "two": { "children": ["a", "b", "c"], "healthThreshold": 2 },
      "all": { "children": ["a", "b", "c"] } })";
  Testbed bed(two_regions(R"("routing": "failover", "records": {
      "sg": { "role": "primary", "healthCheck": "two" }, "syd": { "role": "secondary" } })",
                          checks));
  const auto check = [&](const char* name) {
    return bed.compiled().find_health_check(name)->status;
  };
  std::vector<std::int64_t> seen;
  const auto look = [&, two = check("two"), all = check("all")](sim::Control& control) {
    seen.push_back(control.value(two) * 10 + control.value(all));
  };
  bed.at(1, look);
  bed.at(2, [a = check("a")](sim::Control& control) { control.set(a, 0); });
  bed.at(3, look);
  bed.at(4, [b = check("b")](sim::Control& control) { control.set(b, 0); });
  bed.at(5, look);
  bed.at(6, [a = check("a")](sim::Control& control) { control.set(a, 1); });
  bed.at(7, look);
  bed.traffic("visit", 1);
  (void)bed.run(Duration::seconds(10));
  CHECK(seen == std::vector<std::int64_t>{11, 10, 0, 10});
}

namespace {

/// Jobs that nobody works off, one a second, and a check on their number.
std::string watched_queue(const std::string& more) {
  return R"({ "format": "lifeboat/platform/1", "name": "queue",
    "regions": { "sg": { "code": "ap-southeast-1" } },
    "healthChecks": { "digests": { "alarm": { "service": "jobs@sg", "metricName": "backlog",
                                              "threshold": "300" })" +
         more + R"( } },
    "services": { "jobs": { "kind": "sqs", "regions": { "sg": {} } } },
    "journeys": { "visit": { "entry": "jobs.send" } } })";
}

/// Instants in seconds, and the status told at each.
std::vector<std::pair<double, bool>> told(const sim::TrialResult& result) {
  std::vector<std::pair<double, bool>> all;
  for (const sim::IncidentEvent& event : result.events) {
    if (event.kind != "health-check") continue;
    all.emplace_back(event.at.to_seconds(), event.text.rfind("healthy", 0) == 0);
  }
  return all;
}

}  // namespace

// The backlog passes the threshold after 300 s. A bin of ten samples breaches when their mean does:
// its close is uniform on 27 to 87 s later; it is visible 110 to 170 s after that, and looked at 0
// to 6 s later: 200 s on average. One trial: 17 s by the bin, 17 s by publication, 17 s by the
// Poisson arrivals; the mean of 100 has a standard error of 3 s.
TEST_CASE("A check on a metric follows its datapoints, late by bin and publication", "[unit]") {
  double sum = 0;
  constexpr std::uint64_t kTrials = 100;
  Testbed bed(watched_queue(""));
  bed.traffic("visit", 1);
  for (std::uint64_t trial = 0; trial < kTrials; ++trial) {
    const auto changes = told(bed.run(Duration::seconds(900), {}, 7 + trial));
    REQUIRE(changes.size() == 1);
    CHECK_FALSE(changes.front().second);
    sum += changes.front().first - 300;
  }
  CHECK(sum / kTrials == Approx(200).margin(9));
}

TEST_CASE("Without data a check on a metric is what the file says", "[unit]") {
  const auto blind = [](const std::string& more) {
    Testbed bed(watched_queue(more));
    bed.traffic("visit", 0.01);
    bed.at(600, [cloudwatch = bed.compiled().find_region("sg")->cloudwatch](sim::Control& control) {
      control.set(cloudwatch, 0);
    });
    return told(bed.run(Duration::seconds(1800)));
  };
  CHECK(blind("").empty());
  CHECK(blind(R"(, "insufficientDataHealthStatus": "Healthy")").empty());
  // Healthy until there are data, as new checks are; three bins without data: unknown.
  const auto changes = blind(R"(, "insufficientDataHealthStatus": "Unhealthy")");
  REQUIRE(changes.size() == 1);
  CHECK_FALSE(changes[0].second);
  CHECK(changes[0].first > 600 + 110);
  CHECK(changes[0].first < 600 + 4 * 60 + 170 + 6);
}

// A network's hit ratio is 0 as nothing is cached for longer than a moment: below 50 %, an alarm
// with the first datapoint. A network stands in no region, whose monitoring could be lost.
TEST_CASE("A metric of a global service can be watched", "[unit]") {
  Testbed bed(R"({ "format": "lifeboat/platform/1", "name": "edge",
    "regions": { "sg": { "code": "ap-southeast-1" } },
    "keys": { "object": { "count": 100000 } },
    "healthChecks": { "hits": { "alarm": { "service": "cdn", "metricName": "hitRatio",
        "threshold": "50%", "comparisonOperator": "LessThanThreshold" } } },
    "services": {
      "cdn": { "kind": "cloudfront", "to": "origin",
               "cache": { "get": { "key": "object", "ttl": "1ms" } } },
      "origin": { "kind": "queue", "region": "sg", "servers": 100,
                  "operations": { "get": { "demand": "1ms" } } } },
    "journeys": { "visit": { "entry": "cdn.get" } } })");
  bed.traffic("visit", 1);
  const auto changes = told(bed.run(Duration::seconds(600)));
  REQUIRE(changes.size() == 1);
  CHECK_FALSE(changes[0].second);
  CHECK(changes[0].first > 110);
  CHECK(changes[0].first < 60 + 170 + 7);
}

TEST_CASE("Checks on metrics that are not published are told", "[unit]") {
  models::io::Problems problems;
  const auto document = models::io::Document::parse_text(
      R"({ "format": "lifeboat/platform/1", "name": "queue",
    "regions": { "sg": { "code": "ap-southeast-1" } },
    "healthChecks": {
      "a": { "alarm": { "service": "jobs@sg", "metricName": "backlok", "threshold": "300" } },
      "b": { "alarm": { "service": "jobs@sg", "metricName": "oldestAge", "threshold": "300" } } },
    "services": { "jobs": { "kind": "sqs", "regions": { "sg": {} } } },
    "journeys": { "visit": { "entry": "jobs.send" } } })",
      "p.json", problems);
  REQUIRE(document);
  const auto loaded = models::load_platform(*document, {}, {}, problems);
  REQUIRE_FALSE(problems.has_errors());
  const models::CompiledPlatform compiled = models::compile_platform(loaded.platform);
  models::check_metric_checks(loaded.platform, compiled, problems);
  REQUIRE(problems.lines().size() == 2);
  CHECK(problems.lines()[0].find("did you mean \"backlog\"") != std::string::npos);
  CHECK(problems.lines()[1].find("a duration") != std::string::npos);
}
