// User pools against the arithmetic of token buckets and of tokens that end.
#include <cmath>

#include "models/platform/meter_readings.hpp"
#include "tests/catch.hpp"
#include "tests/models/services/testbed.hpp"

using namespace lifeboat;
using lifeboat::tests::problems_of;
using lifeboat::tests::Testbed;
using sim::Cause;
using sim::Duration;

namespace {

/// One pool without latencies; sign-ins are one call.
std::string pool(const std::string& keys, const std::string& quotas = "") {
  return R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" )" +
         quotas + R"( } },
    "services": { "p": { "kind": "cognito", "region": "sg", "signInLatency": "0ms",
      "tokenLatency": "0ms", "requestLatency": "0ms" )" +
         keys + R"( } },
    "journeys": { "in": { "entry": "p.authenticate" }, "new": { "entry": "p.sign-up" } } })";
}

/// `clients` users who each ask for a page; the page needs a valid session.
std::string shop(int clients, const std::string& keys) {
  return R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" } },
    "clients": { "population": )" +
         std::to_string(clients) + R"( },
    "keys": { "user": { "perClient": true } },
    "services": { "p": { "kind": "cognito", "region": "sg", "users": "user",
      "authFlow": "USER_PASSWORD_AUTH", "signInLatency": "0ms", "tokenLatency": "0ms" )" +
         keys + R"( } },
    "journeys": { "page": { "entry": "p.session" }, "in": { "entry": "p.authenticate" } } })";
}

/// Two regions; each has an application that signs users in and up at the pool beside it.
std::string two_regions(const std::string& replica) {
  const auto app = [](const std::string& name, const std::string& region) {
    return "\"" + name + R"(": { "kind": "queue", "servers": 1000, "region": ")" + region +
           R"(", "operations": { "in-)" + region +
           R"(": { "calls": [ { "call": "p.authenticate" } ] },
             "up-)" +
           region + R"(": { "calls": [ { "call": "p.sign-up" } ] } } })";
  };
  return R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" }, "syd": { "code": "ap-southeast-2" } },
    "services": { "p": { "kind": "cognito", "signInLatency": "0ms", "requestLatency": "0ms",
        "activationTime": "60s", "regions": { "sg": {}, "syd": { )" +
         replica + " } } }, " + app("app", "sg") + ", " + app("bpp", "syd") + R"( },
    "journeys": { "in": { "entry": "bpp.in-syd" }, "up": { "entry": "bpp.up-syd" },
                  "home": { "entry": "app.up-sg" } } })";
}

bool says(const std::string& json, const std::string& text) {
  for (const std::string& line : problems_of(json)) {
    if (line.find(text) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("an overloaded user pool signs in its quota, and a second's worth at once", "[oracle]") {
  // Bucket of 120 refilled at 120/s, 400/s offered: by the time t it has let through 120 + 120 t;
  // the bucket is never full again, so no token is lost. What it lets through is exact but for the
  // last request's grain.
  Testbed bed(pool(R"(, "authFlow": "USER_PASSWORD_AUTH")"));
  bed.traffic("in", 400);
  const auto result = bed.run(Duration::seconds(100));
  const sim::JourneyResult& in = result.journeys[0];
  CHECK(static_cast<double>(in.succeeded) == Approx(120 + 120 * 100).margin(2));
  CHECK(in.failed == in.failed_by[static_cast<int>(Cause::kThrottled)]);
  CHECK(in.offered > 39'000);
}

TEST_CASE("all pools of a region share one quota, each category its own", "[oracle]") {
  const std::string json = R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1", "quotas": { "cognitoUserAuthentication": 30 } },
                 "syd": { "code": "ap-southeast-2" } },
    "services": {
      "p": { "kind": "cognito", "signInLatency": "0ms", "requestLatency": "0ms", "region": "sg" },
      "q": { "kind": "cognito", "signInLatency": "0ms", "region": "sg" },
      "r": { "kind": "cognito", "signInLatency": "0ms", "region": "syd" } },
    "journeys": { "p": { "entry": "p.authenticate" }, "q": { "entry": "q.authenticate" },
                  "r": { "entry": "r.authenticate" }, "up": { "entry": "p.sign-up" } } })";
  Testbed bed(json);
  for (const char* journey : {"p", "q"}) bed.traffic(journey, 50);
  bed.traffic("r", 100);
  bed.traffic("up", 80);
  const auto result = bed.run(Duration::seconds(100));
  const auto in = [&](const char* name) {
    return static_cast<double>(result.journeys[bed.journey(name)].succeeded);
  };
  CHECK(in("p") + in("q") == Approx(30 + 30 * 100).margin(2));
  CHECK(in("p") == Approx(in("q")).epsilon(0.1));
  CHECK(in("r") == static_cast<double>(result.journeys[bed.journey("r")].offered));  // 120/s
  CHECK(in("up") == Approx(50 + 50 * 100).margin(2));
}

TEST_CASE("a sign-in with a secure password is two calls", "[unit]") {
  Testbed bed(R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" } },
    "services": { "p": { "kind": "cognito", "region": "sg", "signInLatency": "100ms" } },
    "journeys": { "in": { "entry": "p.authenticate" } } })");
  bed.traffic("in", 50);
  const auto result = bed.run(Duration::seconds(20));
  CHECK(result.journeys[0].failed == 0);
  CHECK(result.journeys[0].latency.mean_seconds() == Approx(0.2).epsilon(0.001));
}

TEST_CASE("tokens are refreshed once a life and a return", "[oracle]") {
  // 1,000 users who each come every 60 s (exponential); a token lives 300 s from its refresh, and
  // the next visit after that refreshes it: cycles of 360 s on average, 2.7778/s of all. Of 22,222
  // refreshes in 8,000 s the standard deviation is sqrt(22222) 60/360 = 25: 4 of them, 0.45 %.
  Testbed bed(shop(1000, R"(, "accessTokenValidity": "5m")"));
  bed.traffic("page", 1000.0 / 60);
  const auto result = bed.run(Duration::seconds(8000), Duration::seconds(1000));
  const auto requests =
      static_cast<double>(result.entered.at(bed.compiled().find("p", "sg")->id.index()));
  CHECK(requests == Approx(8000 * 1000 / 360.0).epsilon(0.0045));
  CHECK(result.journeys[0].failed == 0);
}

TEST_CASE("after all sessions have ended users are in again as fast as the quota lets them",
          "[oracle]") {
  // N = 12,000 users who each come every T = 20 s, and v = 20 sign-ins a second beside that, of any
  // of them. While more than q = 120/s ask, of n users still out
  //   dn/dt = -q (n / T + v n / N) / (n / T + v)
  //   t(n) = ((N - n) + v T ln(N / n)) / (q (1 + v T / N)),
  // less the second's worth that the bucket held. By t(3,000) = 75.1 s, 9,000 are in.
  Testbed bed(shop(12'000, ""));
  bed.traffic("page", 600);
  bed.traffic("in", 20);
  const double before = 600;
  bed.at(before, [&](sim::Control& c) { bed.verb("p", "sg", "cognitoEndSessions").begin(c, {}); });
  double at_once = -1;
  double there = -1;
  double later = -1;
  const auto read = [&](double& to) {
    return [&](sim::Control& c) { to = bed.handles("p", "sg").metrics.at(0).read(c); };
  };
  const double t = (9000 + 400 * std::log(4.0)) / (120 * (1 + 400.0 / 12'000)) - 1;
  bed.at(before + 0.001, read(at_once));
  bed.at(before + t, read(there));
  bed.at(before + 300, read(later));
  (void)bed.run(Duration::seconds(950));
  CHECK(at_once < 100);
  // Whose turn it is varies by less than a Poisson count of 300: a standard deviation of some 20.
  CHECK(there == Approx(9000).margin(90));
  CHECK(later > 11'950);
}

TEST_CASE("a replica signs in, signs nobody up, and neither before it is activated", "[unit]") {
  Testbed bed(two_regions(R"("role": "replica")"));
  for (const char* journey : {"in", "up", "home"}) bed.traffic(journey, 10);
  std::uint64_t in_before = 0;
  std::uint64_t in_at_once = 0;
  bed.at(100, [&](sim::Control& c) {
    in_before = c.journey(sim::JourneyId(0)).succeeded;
    bed.verb("p", "syd", "cognitoActivateReplica").begin(c, {});
  });
  bed.at(159, [&](sim::Control& c) { in_at_once = c.journey(sim::JourneyId(0)).succeeded; });
  const auto result = bed.run(Duration::seconds(260));
  const auto& in = result.journeys[bed.journey("in")];
  const auto& up = result.journeys[bed.journey("up")];
  CHECK(in_before == 0);
  CHECK(in_at_once == 0);
  CHECK(static_cast<double>(in.succeeded) == Approx(1000).margin(130));
  CHECK(up.succeeded == 0);
  CHECK(up.failed_by[static_cast<int>(Cause::kDependency)] == up.failed);
  CHECK(result.journeys[bed.journey("home")].failed == 0);
}

TEST_CASE("a replica waits for its region's control plane", "[unit]") {
  Testbed bed(two_regions(R"("role": "replica")"));
  bed.traffic("in", 10);
  const models::CompiledRegion& syd = *bed.compiled().find_region("syd");
  bed.at(10, [&](sim::Control& c) {
    c.set(syd.control_plane, 0);
    bed.verb("p", "syd", "cognitoActivateReplica").begin(c, {});
  });
  std::uint64_t in = 0;
  bed.at(199, [&](sim::Control& c) { in = c.journey(sim::JourneyId(0)).succeeded; });
  bed.at(200, [&](sim::Control& c) { c.set(syd.control_plane, 1); });
  const auto result = bed.run(Duration::seconds(400));
  CHECK(in == 0);
  CHECK(static_cast<double>(result.journeys[0].succeeded) == Approx(1400).margin(160));
}

TEST_CASE("users of a replica keep their tokens, those of another pool must sign in", "[unit]") {
  const auto platform = [](const std::string& second) {
    return R"({ "format": "lifeboat/platform/1", "name": "t",
      "regions": { "sg": { "code": "ap-southeast-1" }, "syd": { "code": "ap-southeast-2" } },
      "clients": { "population": 500 }, "keys": { "user": { "perClient": true } },
      "services": { "p": { "kind": "cognito", "users": "user", "signInLatency": "0ms", "tokenLatency": "0ms",
          "regions": { "sg": {}, "syd": { )" +
           second + R"( } } },
        "app": { "kind": "queue", "servers": 1000, "region": "syd",
                 "operations": { "page": { "calls": [ { "call": "p.session" } ] } } } },
      "journeys": { "page": { "entry": "app.page" } } })";
  };
  const auto asked = [](const std::string& json, double sure) {
    Testbed bed(json);
    bed.traffic("page", 50);
    // A pool that nobody has used knows no sessions.
    for (const auto& verb : bed.handles("p", "syd").verbs) {
      if (verb.block == "cognitoEndSessions")
        bed.at(0, [&](sim::Control& c) { verb.begin(c, {}); });
    }
    const auto result = bed.run(Duration::seconds(60));
    CHECK(result.journeys[0].failed == 0);
    std::uint64_t sum = 0;
    for (const std::uint64_t entered : result.entered) sum += entered;
    return static_cast<double>(sum) - static_cast<double>(result.journeys[0].offered) - sure;
  };
  // 3,000 pages of 500 users: all but 500 exp(-6) = 1 come, and sign in once.
  CHECK(asked(platform(""), 0) == Approx(499).margin(4));
  CHECK(asked(platform(R"("role": "replica", "status": "ACTIVE")"), 0) < 100);
}

TEST_CASE("one user has ten reads a second", "[oracle]") {
  Testbed bed(shop(1, ""));
  bed.traffic("in", 50);
  const auto result = bed.run(Duration::seconds(100));
  CHECK(static_cast<double>(result.journeys[bed.journey("in")].succeeded) ==
        Approx(10 + 10 * 100).margin(2));
}

TEST_CASE("active users are billed once a month, at the primary", "[unit]") {
  Testbed bed(two_regions(R"("role": "replica")"));
  models::MeterReadings used;
  used.add(bed.run(Duration::hours(73)));  // a tenth of a month
  // Nothing is said of the clients: 100,000.
  CHECK(bed.handles("p", "sg").meters.at(0).read(used) == Approx(10'000));
  CHECK(bed.handles("p", "syd").meters.at(0).read(used) == 0);
}

TEST_CASE("a wrong user pool is told", "[unit]") {
  CHECK(says(pool(R"(, "authFlow": "SRP")"), "USER_SRP_AUTH"));
  CHECK(says(pool(R"(, "accessTokenValidity": "2m")"), "accessTokenValidity"));
  CHECK(says(pool(R"(, "refreshTokenValidity": "1h", "accessTokenValidity": "2h")"), "shorter"));
  CHECK(says(pool(R"(, "users": "nobody")"), "nobody"));
  CHECK(says(pool(R"(, "tokenLife": "1h")"), "tokenLife"));
  CHECK(says(pool(R"(, "role": "replica")"), "a primary in another region"));
  CHECK(says(pool(R"(, "status": "ACTIVE")"), "only replicas are activated"));
  CHECK(says(pool("", R"(, "quotas": { "cognitoUserAuth": 3 })"), "cognitoUserAuthentication"));
  CHECK(says(two_regions(R"("role": "replica", "userPoolTier": "LITE")"), "no replicas"));
  CHECK(says(two_regions(R"("role": "replica", "of": "syd")"), "\"of\""));
}
