// Campaigns: what is lost while the capacity grows, what is billed, and one that must be made.
#include <cmath>
#include <utility>

#include "tests/catch.hpp"
#include "tests/models/services/testbed.hpp"

using namespace lifeboat;
using lifeboat::tests::problems_of;
using lifeboat::tests::Testbed;
using sim::Cause;
using sim::Duration;

namespace {

std::string campaign(const std::string& keys) {
  return R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" } },
    "services": { "r": { "kind": "personalize", "region": "sg" )" +
         keys + R"( },
      "other": { "kind": "personalize", "region": "sg", "minProvisionedTPS": 500 },
      "app": { "kind": "queue", "region": "sg", "servers": 100000, "operations": {
        "page": { "steps": [ { "call": "r.get" } ] },
        "both": { "steps": [ { "call": "r.get" }, { "call": "other.get" } ] },
        "event": { "steps": [ { "call": "r.put-events" } ] } } } },
    "journeys": { "page": { "entry": "app.page" }, "both": { "entry": "app.both" },
                  "event": { "entry": "app.event" } } })";
}

double throttled(const sim::JourneyResult& row) {
  return static_cast<double>(row.failed_by[static_cast<int>(Cause::kThrottled)]);
}

}  // namespace

TEST_CASE("what comes beyond the capacity is lost until it has grown, then nothing is",
          "[oracle]") {
  // 50 a second on 10, evaluated each 10 s at a random phase, the first time over less than a whole
  // interval, which asks for nothing; there after 120 s more: growth is at T from 130 s to 140 s,
  // read to a tenth of a second. Until then 50 T came, and 10 T and a burst of 10 s passed: 40 T -
  // 100 are lost, standard deviation sqrt(50 T) = 82, of 20 seeds' mean 18. A quarter is asked for
  // beyond what came: 50 a second at 3.7 deviations below.
  Testbed bed(
      campaign(R"(, "minProvisionedTPS": 10, "growthTime": "120s", "evaluationInterval": "10s")"));
  // Billing periods of 5 minutes end at a phase of their own, and take nothing of it back.
  bed.traffic("page", 50);
  double grown = 0;
  for (int tenth = 1290; tenth <= 1410; ++tenth) {
    bed.at(tenth / 10.0, [&, tenth](sim::Control& c) {
      if (grown == 0 && bed.metric(c, "r", "sg", "provisionedTPS") > 10) grown = tenth / 10.0;
    });
  }
  double off = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    grown = 0;
    const auto result = bed.run(Duration::seconds(600), {}, seed);
    const sim::JourneyResult& row = result.journeys[bed.journey("page")];
    CHECK(grown > 130);
    CHECK(grown < 140.2);
    CHECK(throttled(row) == Approx(40 * grown - 100).margin(4 * 82 + 4));
    off += (throttled(row) - (40 * grown - 100)) / 20;
    double late = 0;
    for (std::size_t bin = 15; bin < row.bins.size(); ++bin) {
      late += row.bins[bin].failed_by[static_cast<int>(Cause::kThrottled)];
    }
    CHECK(late == 0);
  }
  CHECK(off == Approx(0).margin(4 * 18 + 4));  // without the burst it would be 100
}

TEST_CASE("a growth is on its way between one and five minutes", "[unit]") {
  Testbed bed(campaign(R"(, "minProvisionedTPS": 10)"));
  bed.traffic("page", 50);
  double early = 0;
  double late = 0;
  bed.at(59, [&](sim::Control& c) { early = bed.metric(c, "r", "sg", "provisionedTPS"); });
  bed.at(361, [&](sim::Control& c) { late = bed.metric(c, "r", "sg", "provisionedTPS"); });
  (void)bed.run(Duration::seconds(400));
  CHECK(early == 10);
  CHECK(late == Approx(62.5).epsilon(0.1));  // a quarter beyond the demand of an interval
}

TEST_CASE("capacity that is not needed is given back, down to the minimum", "[unit]") {
  Testbed bed(campaign(R"(, "minProvisionedTPS": 10, "growthTime": "60s")"));
  bed.traffic_until("page", 50, 900);
  double later = 0;
  double last = 0;
  bed.at(899, [&](sim::Control& c) { later = bed.metric(c, "r", "sg", "provisionedTPS"); });
  bed.at(1900, [&](sim::Control& c) { last = bed.metric(c, "r", "sg", "provisionedTPS"); });
  (void)bed.run(Duration::seconds(1901));
  CHECK(later > 50);
  CHECK(last == 10);
}

TEST_CASE("a capacity shrinks only where the demand is below it by twice the headroom", "[unit]") {
  // 50 a second make it 62.5. At 44 a quarter beyond the demand would be 55: less, but not by
  // another quarter (68.75), so it stays. At 30 it would be 37.5, and 46.9: it shrinks to 37.5.
  const auto capacity = [](double stays, double goes) {
    Testbed bed(campaign(R"(, "minProvisionedTPS": 10, "growthTime": "60s")"));
    bed.traffic("page", stays);
    bed.traffic_until("both", goes, 900);
    double before = 0;
    double after = 0;
    bed.at(899, [&](sim::Control& c) { before = bed.metric(c, "r", "sg", "provisionedTPS"); });
    bed.at(1900, [&](sim::Control& c) { after = bed.metric(c, "r", "sg", "provisionedTPS"); });
    (void)bed.run(Duration::seconds(1901));
    CHECK(before == Approx(62.5).epsilon(0.08));
    return std::pair{before, after};
  };
  const auto kept = capacity(44, 6);
  CHECK(kept.second == kept.first);
  CHECK(capacity(30, 20).second == Approx(37.5).epsilon(0.05));
}

TEST_CASE("a capacity that the demand needs is kept through every period", "[unit]") {
  // 50 a second on 62.5: nothing is refused, whenever the periods end.
  Testbed bed(campaign(R"(, "minProvisionedTPS": 10, "growthTime": "60s")"));
  bed.traffic("page", 50);
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const auto result = bed.run(Duration::minutes(30), Duration::minutes(10), seed);
    CHECK(throttled(result.journeys[bed.journey("page")]) == 0);
  }
}

TEST_CASE("billed is the greater of the minimum and the average of five minutes", "[oracle]") {
  SECTION("below the minimum: the minimum, to the second") {
    Testbed bed(campaign(R"(, "minProvisionedTPS": 30)"));
    bed.traffic("page", 20);
    const auto result = bed.run(Duration::hours(1), Duration::minutes(10));
    CHECK(bed.metered(result, "r", "sg", "tps-hours") == Approx(30));
  }
  SECTION("above it: what was served, one period late") {
    Testbed bed(campaign(R"(, "minProvisionedTPS": 5)"));
    bed.traffic("page", 20);
    const auto result = bed.run(Duration::hours(2), Duration::minutes(30));
    // Served: 20/s, in 9,000 s a standard deviation of 0.047/s.
    CHECK(bed.metered(result, "r", "sg", "tps-hours") == Approx(2 * 20).epsilon(0.015));
  }
  SECTION("half of the time above it: not the average of the whole") {
    Testbed bed(campaign(R"(, "minProvisionedTPS": 10)"));
    bed.traffic_until("page", 30, 1800);  // time 0 is the warm-up's end
    const auto result = bed.run(Duration::hours(1), Duration::hours(1));
    // Half an hour at 30 and half at 10; 15 + 5, and up to one period of 5 minutes late.
    CHECK(bed.metered(result, "r", "sg", "tps-hours") == Approx(20).margin(20 * 5.0 / 60 + 0.3));
    CHECK(bed.metered(result, "r", "sg", "tps-hours") > 19.5);
  }
}

TEST_CASE("a campaign that is not there answers nothing until it is trained", "[unit]") {
  Testbed bed(
      campaign(R"(, "initial": "absent", "creationTime": "60s", "minProvisionedTPS": 100)"));
  bed.traffic("page", 20);
  bed.at(30,
         [&](sim::Control& c) { bed.verb("r", "sg", "personalizeCreateCampaign").begin(c, {}); });
  models::VerbStatus before{};
  models::VerbStatus after{};
  bed.at(89, [&](sim::Control& c) {
    before = bed.verb("r", "sg", "personalizeCreateCampaign").status(c, {});
  });
  bed.at(91, [&](sim::Control& c) {
    after = bed.verb("r", "sg", "personalizeCreateCampaign").status(c, {});
  });
  const auto result = bed.run(Duration::seconds(200));
  const sim::JourneyResult& row = result.journeys[bed.journey("page")];
  CHECK(before == models::VerbStatus::kRunning);
  CHECK(after == models::VerbStatus::kDone);
  CHECK(row.failed == row.failed_by[static_cast<int>(Cause::kDependency)]);
  CHECK(static_cast<double>(row.failed) == Approx(20 * 90).margin(4 * std::sqrt(1800.0)));
  for (std::size_t bin = 10; bin < row.bins.size(); ++bin) CHECK(row.bins[bin].good > 0);
}

TEST_CASE("a dead control plane trains nothing", "[unit]") {
  Testbed bed(campaign(R"(, "initial": "absent", "creationTime": "10s")"));
  bed.at(1, bed.set("region/sg/control-plane", 0));
  bed.at(2,
         [&](sim::Control& c) { bed.verb("r", "sg", "personalizeCreateCampaign").begin(c, {}); });
  bed.at(100, bed.set("region/sg/control-plane", 1));
  bed.traffic("page", 5);
  const auto result = bed.run(Duration::seconds(150));
  const sim::JourneyResult& row = result.journeys[bed.journey("page")];
  CHECK(static_cast<double>(row.failed_by[static_cast<int>(Cause::kDependency)]) ==
        Approx(5 * 110).margin(4 * std::sqrt(550.0)));
}

TEST_CASE("limits of the campaign, of the account and of events hold apart", "[oracle]") {
  SECTION("the campaign's") {
    Testbed bed(campaign(R"(, "minProvisionedTPS": 50, "campaignRate": "50/s", "burst": "300s")"));
    bed.traffic("page", 100);
    const auto result = bed.run(Duration::seconds(60));
    CHECK(static_cast<double>(result.journeys[bed.journey("page")].succeeded) ==
          Approx(50 * 61).margin(60));  // those under way at the end
  }
  SECTION("the account's, shared by both campaigns") {
    // 60 a second of each: 120 calls a second on 80.
    Testbed bed(campaign(R"(, "minProvisionedTPS": 500, "accountRate": "80/s")"));
    bed.traffic("page", 60);
    bed.traffic("both", 60);
    const auto result = bed.run(Duration::seconds(60));
    double calls = bed.metered(result, "r", "sg", "tps-hours");
    calls = static_cast<double>(result.stations[bed.station("r@sg/served")].completions +
                                result.stations[bed.station("other@sg/served")].completions);
    CHECK(calls == Approx(80 * 61).margin(40));
  }
  SECTION("of events") {
    Testbed bed(campaign(R"(, "eventsRate": "10/s")"));
    bed.traffic("event", 30);
    const auto result = bed.run(Duration::seconds(100));
    CHECK(bed.metered(result, "r", "sg", "event-requests") == Approx(10 * 101).margin(4));
  }
}

TEST_CASE("a wrong campaign is told", "[unit]") {
  const auto has = [](const std::string& keys, const std::string& text) {
    for (const std::string& line : problems_of(campaign(keys))) {
      if (line.find(text) != std::string::npos) return true;
    }
    return false;
  };
  CHECK(has(R"(, "minProvisionedTPS": 0)", "minProvisionedTPS"));
  CHECK(has(R"(, "minProvisionedTPS": 30, "campaignRate": "20/s")", "more than a campaign takes"));
  CHECK(has(R"(, "initial": "cold")", "absent"));
  CHECK(has(R"(, "minProvisionedTps": 3)", "minProvisionedTPS"));
}
