// Layers of caches, errors and stale objects, and an origin group.
#include <cmath>

#include "tests/models/services/testbed.hpp"

using namespace lifeboat;
using namespace lifeboat::tests;
using sim::Duration;

namespace {

/// One object behind a network; `cache` and `more` are parts of its description.
std::string network(const std::string& cache, const std::string& more) {
  return R"({ "format": "lifeboat/platform/1", "name": "cdn",
    "regions": { "sg": { "code": "ap-southeast-1" }, "syd": { "code": "ap-southeast-2" } },
    "keys": { "object": { "count": 1 } },
    "services": {
      "cdn": { "kind": "cloudfront", "to": "origin", "hitLatency": "1ms", "missLatency": "1ms",
               "cache": { "get": { "key": "object", )" +
         cache + "} }" + more + R"( },
      "origin": { "kind": "queue", "servers": 1000, "regions": { "sg": {} )" +
         (more.find("originGroup") == std::string::npos ? "" : R"(, "syd": {})") + R"( },
                  "operations": { "get": { "demand": "10ms" }, "post": { "demand": "10ms" } } } },
    "journeys": { "get": { "entry": "cdn.get" }, "post": { "entry": "cdn.post" } } })";
}

Script::Action broken(Testbed& bed, double share, sim::EffectId& effect) {
  const sim::DeploymentId origin = bed.compiled().find("origin", "sg")->id;
  return [origin, share, &effect](sim::Control& control) {
    sim::Effect outage;
    outage.share = share;
    outage.refuse_share = share;
    effect = control.begin_effect({origin}, outage);
  };
}

double origin_requests(const sim::TrialResult& result, Testbed& bed) {
  return static_cast<double>(
      result.stations[bed.handles("origin", "sg").headline->index()].arrivals);
}

}  // namespace

// A copy that lives T from its fill, asked for at rate r: one miss in 1 + rT requests. Four
// locations are asked at a quarter of the rate each. 40,000 s x 2/s: the misses' share has a
// standard error of 2 % of itself.
TEST_CASE("Each edge location has its own copy, and the regional cache spares the origin",
          "[unit]") {
  const auto run = [](const std::string& more, double& hit_ratio) {
    Testbed bed(network(R"("ttl": "10s")", more));
    bed.traffic("get", 2);
    double read = 0;
    const auto& metric = bed.handles("cdn", "").metrics.at(0);
    bed.at(39'999, [&](sim::Control& control) { read = metric.read(control); });
    const sim::TrialResult result = bed.run(Duration::seconds(40'000));
    hit_ratio = read;
    return origin_requests(result, bed) / 40'000;
  };
  double one = 0;
  double four = 0;
  const double alone = run("", one);
  const double layered = run(R"(, "edgeLocations": 4)", four);
  CHECK(one == Approx(20.0 / 21).margin(0.003));
  CHECK(four == Approx(5.0 / 6).margin(0.008));
  CHECK(alone == Approx(2.0 / 21).epsilon(0.06));
  // The regional copy is asked a third of a time a second by four locations: at least one fetch in
  // 10 s + 3 s, if these came at random, and at most one in 10 s; 2 % more meet a fetch under way.
  CHECK(layered > 1 / 13.0);
  CHECK(layered < 1.02 / 10);
}

TEST_CASE("An origin shield joins the fetches of the regional caches", "[unit]") {
  const auto fetches = [](const std::string& more) {
    Testbed bed(network(R"("ttl": "10s")", R"(, "edgeLocations": 4, "regionalCaches": 4)" + more));
    bed.traffic("get", 40);
    return origin_requests(bed.run(Duration::seconds(10'000)), bed) / 10'000;
  };
  // A location's copy and its regional cache's are of one moment and die together: a fetch of each
  // of four in 10 s, the 0.1 s until somebody asks and the 0.01 s of the fetch. The 0.1 requests on
  // average that come while it is under way wait for it, or fetch too. Behind a shield nearly all
  // are of one copy. Between two misses lie 10.11 s with a deviation of 0.1 s, so that of 4,000
  // fetches hardly one more or less is luck.
  CHECK(fetches("") == Approx(4 / 10.11).epsilon(0.002));
  CHECK(fetches(R"(, "requestCollapsing": false)") == Approx(4 * 1.1 / 10.11).epsilon(0.02));
  CHECK(fetches(R"(, "originShield": {})") < 0.4 * fetches(""));
}

// At 20/s an error is kept 0.05 s after the outage begins, and every 10.05 s anew: the tenth at
// 185.5 s, until 195.5 s. The outage ends at 190 s, and 5.5 s x 20/s requests fail that need not;
// 40 seeds of Poisson arrivals: standard error 2.
TEST_CASE("An error outlives the outage by the time that it is kept", "[unit]") {
  const auto late = [](const std::string& more) {
    Testbed bed(network(R"("ttl": "0s", "serveStale": false)", more));
    bed.traffic("get", 20);
    sim::EffectId effect;
    bed.at(95, broken(bed, 1, effect));
    bed.at(190, [&](sim::Control& control) { control.end_effect(effect); });
    double failed = 0;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
      const sim::TrialResult result = bed.run(Duration::seconds(300), {}, seed);
      const auto& bins = result.journeys[bed.journey("get")].bins;
      for (std::size_t i = 0; i < bins.size(); ++i) {
        const double begins = static_cast<double>(i) * sim::RunOptions{}.bin.to_seconds();
        if (begins >= 190) failed += bins[i].offered - bins[i].succeeded;
      }
    }
    return failed / 40;
  };
  CHECK(late("") == Approx(110).margin(9));
  CHECK(late(R"(, "errorCachingMinTtl": "0s")") == 0);
}

// A cold object that 50 a second ask for, of an origin that takes 10 ms and a way of 1 + 1 + 1 ms:
// who comes in the 11 ms of the first fetch waits for its end. Through two layers that is one
// fetch.
TEST_CASE("A cold object is fetched once, whoever asks meanwhile", "[unit]") {
  for (const char* more : {"", R"(, "edgeLocations": 2)"}) {
    Testbed bed(network(R"("ttl": "1000s")", more));
    bed.traffic("get", 2000);
    const sim::TrialResult result = bed.run(Duration::seconds(10), Duration::seconds(1));
    const sim::JourneyResult& gets = result.journeys[bed.journey("get")];
    CHECK(gets.failed == 0);
    CHECK(origin_requests(result, bed) == 0);  // all before the window
    CHECK(gets.latency.max()->to_seconds() == Approx(0.001).margin(1e-5));
  }
  Testbed bed(network(R"("ttl": "1s")", ""));
  bed.traffic("get", 2000);
  const sim::TrialResult result = bed.run(Duration::seconds(100));
  // A fetch in 1 s, 11 ms and 0.5 ms; 22 requests wait for each, up to 11 ms.
  CHECK(origin_requests(result, bed) == Approx(100 / 1.0115).margin(1.5));
  CHECK(result.journeys[bed.journey("get")].latency.max()->to_seconds() ==
        Approx(0.012).margin(1e-4));
}

TEST_CASE("An object that had been kept is served while the origin is down", "[unit]") {
  const auto failed = [](const std::string& cache) {
    Testbed bed(network(cache, ""));
    bed.traffic("get", 20);
    sim::EffectId effect;
    bed.at(100, broken(bed, 1, effect));
    return bed.run(Duration::seconds(200)).journeys[bed.journey("get")].failed;
  };
  CHECK(failed(R"("ttl": "5s")") == 0);
  CHECK(failed(R"("ttl": "5s", "serveStale": false)") > 1800);
}

TEST_CASE("An origin group asks the second origin, after the first has been given up", "[unit]") {
  const std::string group =
      R"(, "errorCachingMinTtl": "0s", "requestCollapsing": false, "connectionTimeout": "2s",
      "connectionAttempts": 1, "originGroup": { "members": ["sg", "syd"], "operations": ["get"] })";
  Testbed bed(network(R"("ttl": "0s", "serveStale": false)", group));
  bed.traffic("get", 10);
  bed.traffic("post", 10);
  sim::EffectId effect;
  bed.at(0, broken(bed, 0, effect));  // it hangs
  const sim::TrialResult result = bed.run(Duration::seconds(100));
  const sim::JourneyResult& gets = result.journeys[bed.journey("get")];
  CHECK(gets.failed == 0);
  CHECK(gets.succeeded > 900);
  CHECK(gets.latency.quantile(0.5)->to_seconds() ==
        Approx(2.012).epsilon(0.01));  // 2 s, and 1 + 1 + 10 ms
  CHECK(result.journeys[bed.journey("post")].succeeded == 0);
}

TEST_CASE("What does not make a group or a layer is said", "[unit]") {
  const auto says = [](const std::string& more, std::string_view what) {
    for (const std::string& line : problems_of(network(R"("ttl": "0s")", more))) {
      if (line.find(what) != std::string::npos) return true;
    }
    return false;
  };
  CHECK(says(R"(, "originGroup": { "members": ["sg"], "operations": ["get"] })", "two members"));
  CHECK(says(R"(, "originGroup": { "members": ["sg", "sid"], "operations": ["get"] })",
             "did you mean \"syd\""));
  CHECK(says(R"(, "originGroup": { "members": ["sg", "syd"], "operations": ["got"] })",
             "did you mean \"get\""));
  CHECK(says(R"(, "originShield": {})", "regionalCaches"));
  CHECK(says(R"(, "edgeLocations": 2, "regionalCaches": 3)", "more than edgeLocations"));
}
