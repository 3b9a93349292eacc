// X-Ray's sampling rule against its expectation over Poisson seconds.
#include <cmath>

#include "models/services/xray/sampler.hpp"
#include "tests/models/services/testbed.hpp"

using namespace lifeboat;
using namespace lifeboat::tests;
using sim::Duration;

namespace {

std::string traced(const std::string& more) {
  return R"({ "format": "lifeboat/platform/1", "name": "traced",
    "regions": { "sg": { "code": "ap-southeast-1" } },
    "services": {
      "web": { "kind": "queue", "region": "sg", "servers": 1000, "operations": {
          "find": { "steps": [ { "call": "store.read" }, { "call": "store.read" } ] } } },
      "store": { "kind": "queue", "region": "sg", "servers": 1000,
                 "operations": { "read": { "demand": "1ms" } } },
      "traces": { "kind": "xray", "region": "sg", "entry": "web", "traced": ["web", "store"])" +
         more + R"( } },
    "journeys": { "find": { "entry": "web.find" } } })";
}

std::int64_t grown(Testbed& bed, const sim::TrialResult& result, const char* counter) {
  const sim::RegisterId id = bed.build().find_register(counter);
  return result.register_growth[id.index()];
}

}  // namespace

// A second with N Poisson requests of mean m has min(N, 1) + 5 % of the rest:
// (1 - e^-m) + 0.05 (m - 1 + e^-m). At m = 0.5: 0.3935 + 0.0053 = 0.3988; its deviation within a
// second is 0.5, over 20,000 s 0.9 %.
TEST_CASE("One request a second and 5 % of the rest are traced", "[unit]") {
  const auto traces = [](double rate) {
    Testbed bed(traced(""));
    bed.traffic("find", rate);
    return static_cast<double>(grown(bed, bed.run(Duration::seconds(20'000)), "traces@sg/traces")) /
           20'000;
  };
  const auto expected = [](double m) {
    const double first = 1 - std::exp(-m);
    return first + 0.05 * (m - first);
  };
  CHECK(traces(0.5) == Approx(expected(0.5)).epsilon(0.035));
  CHECK(traces(20) == Approx(expected(20)).epsilon(0.004));
}

TEST_CASE("Segments beyond the quota are lost", "[unit]") {
  Testbed bed(traced(R"(, "fixedRate": "100%", "segmentsPerSecond": 100)"));
  bed.traffic("find", 100);  // three segments each: 300 a second
  const sim::TrialResult result = bed.run(Duration::seconds(1000));
  CHECK(static_cast<double>(grown(bed, result, "traces@sg/segments")) ==
        Approx(100'000).epsilon(0.001));
  CHECK(static_cast<double>(grown(bed, result, "traces@sg/segments-lost")) ==
        Approx(200'000).epsilon(0.02));
}

TEST_CASE("Nothing is sampled in a region that is down", "[unit]") {
  Testbed bed(traced(""));
  bed.traffic("find", 20);
  bed.at(100, bed.lose("sg"));
  const sim::TrialResult result = bed.run(Duration::seconds(1000));
  CHECK(static_cast<double>(grown(bed, result, "traces@sg/traces")) == Approx(195).epsilon(0.05));
}

// The edge is everywhere and goes on to count; X-Ray of the region does not.
TEST_CASE("Nothing is sampled in a region that is down though requests enter elsewhere", "[unit]") {
  Testbed bed(R"({ "format": "lifeboat/platform/1", "name": "traced",
    "regions": { "sg": { "code": "ap-southeast-1" }, "syd": { "code": "ap-southeast-2" } },
    "services": {
      "www": { "kind": "route53", "to": "web" },
      "web": { "kind": "queue", "region": "syd", "servers": 1000,
               "operations": { "find": { "demand": "1ms" } } },
      "traces": { "kind": "xray", "region": "sg", "entry": "www" } },
    "journeys": { "find": { "entry": "www.find" } } })");
  bed.traffic("find", 20);
  bed.at(100, bed.lose("sg"));
  const sim::TrialResult result = bed.run(Duration::seconds(1000));
  CHECK(result.journeys[0].failed == 0);
  CHECK(static_cast<double>(grown(bed, result, "traces@sg/traces")) == Approx(195).epsilon(0.05));
}

TEST_CASE("A traced service must be there", "[unit]") {
  const auto lines = problems_of(R"({ "format": "lifeboat/platform/1", "name": "traced",
    "regions": { "sg": { "code": "ap-southeast-1" } },
    "services": {
      "web": { "kind": "queue", "region": "sg", "operations": { "find": { "demand": "1ms" } } },
      "traces": { "kind": "xray", "region": "sg", "entry": "wep", "fixedRate": "120%" } },
    "journeys": { "find": { "entry": "web.find" } } })");
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].find("did you mean \"web\"") != std::string::npos);
  CHECK(lines[1].find("fixedRate") != std::string::npos);
}
