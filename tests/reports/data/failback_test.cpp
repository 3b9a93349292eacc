// The way back from Sydney: a planned switch loses nothing, a hasty one what is written meanwhile.
#include <cmath>

#include "tests/reports/data/evening.hpp"

namespace lifeboat::reports {

// A copy of 400 GiB at 100 MB/s takes 4,295 s beside 5 to 20 minutes; the promotion 3
// to 15. Orders come at 2/s.
TEST_CASE("a planned way back loses no write, a hasty one those of the promotion", "[unit]") {
  for (std::uint32_t trial = 0; trial < 2; ++trial) {
    CAPTURE(trial);
    const Evening patient = evening_of("failback", trial);
    const Evening hasty = evening_of("failback-hasty", trial);
    // The same loss before: the two differ from 22:00 on.
    REQUIRE(opening_in(patient, "syd"));
    REQUIRE(opening_in(hasty, "syd"));
    CHECK(opening_in(patient, "syd")->opened_at == opening_in(hasty, "syd")->opened_at);

    const auto planned = opening_in(patient, "sg");
    REQUIRE(planned);
    CHECK(planned->writes_lost == 0);
    CHECK(planned->rpo_seconds == 0);
    // What Sydney wrote before the copy began is in the copy: neither lost nor left behind. Half a
    // round trip of orders may be in Singapore alone from the loss on.
    CHECK(patient.result.records.at(0).lost <= 5);
    CHECK(patient.result.records.at(0).stranded <= 5);
    const auto lost = opening_in(hasty, "sg");
    REQUIRE(lost);
    // From the detachment on, for 3 to 15 min: a Poisson count of 2/s, within five deviations.
    CHECK(lost->rpo_seconds > 170);
    CHECK(lost->rpo_seconds < 910);
    const double expected = 2 * lost->rpo_seconds;
    CHECK(std::abs(static_cast<double>(lost->writes_lost) - expected) <
          5 * std::sqrt(expected) + 1);
    CHECK(hasty.result.records.at(0).lost >= lost->writes_lost);
    CHECK(hasty.result.records.at(0).lost <= lost->writes_lost + 5);
    CHECK(hasty.result.records.at(0).stranded <= 5);

    // The planned switch has its price: nobody takes orders from the fence on until the copy opens.
    const auto fenced = when_told(patient, "step-end", "stop-writes");
    REQUIRE(fenced);
    const double opened = planned->opened_at.to_seconds();
    CHECK(bad_checkouts(patient, *fenced, opened) > 1.8 * (opened - *fenced) - 60);
    CHECK(bad_checkouts(hasty, *fenced, opened) < 60);
  }
}

TEST_CASE("names stay with Sydney until somebody goes back, and then all is as it was", "[unit]") {
  const Evening evening = evening_of("failback", 0);
  const auto back = when_told(evening, "step-end", "names");
  REQUIRE(back);
  // Singapore answers again from 21:00 (4,200 s) on.
  CHECK(*back > 7800);
  const auto again = when_told(evening, "step-end", "copy-again");
  REQUIRE(again);
  CHECK(bad_checkouts(evening, *back + 300, 25'200) < 10);
  // Before the way back, with Sydney serving, and after the hour of the loss.
  CHECK(bad_checkouts(evening, 4800, 7800) < 10);
}

TEST_CASE("what only Singapore had is reconciled one by one, or overwritten", "[unit]") {
  // Nothing reaches Sydney in the last five minutes before the loss: 600 orders at 2/s.
  const std::string faults = R"(faults={
    "targets": { "singapore": { "region": "sg" }, "copy": { "service": "orders-db@syd" } },
    "actions": {
      "cut": { "actionId": "replica-broken", "targets": ["copy"], "at": "19:55", "jitter": "0s", "duration": "3h" },
      "lost": { "actionId": "region-outage", "targets": ["singapore"], "at": "20:00", "jitter": "0s", "duration": "1h" } } })";
  const auto texts = [](const Evening& evening, const std::string& kind) {
    std::string all;
    for (const sim::IncidentEvent& event : evening.result.events) {
      if (event.kind == kind) all += event.text + "\n";
    }
    return all;
  };
  const std::string second =
      R"(platform.services.orders-db.regions.sg.failback={ "reconcileTime": "1s" })";
  const Evening patient = evening_of("failback", 0, {faults, second});
  const Evening hasty = evening_of("failback-hasty", 0, {faults, second});
  const auto loss = opening_in(patient, "syd");
  REQUIRE(loss);
  CHECK(std::abs(static_cast<double>(loss->writes_lost) - 600) < 5 * std::sqrt(600.0));
  const std::string count = std::to_string(loss->writes_lost);
  CHECK(texts(patient, "reconcile") ==
        count + " writes that only orders-db@sg had are with the writer\n");
  CHECK(texts(hasty, "rebuild").find(count + " writes that only it had are overwritten") !=
        std::string::npos);
  CHECK(texts(patient, "rebuild").find("overwritten") == std::string::npos);
  // A backup in a region between the two ends a stream of its own, of which it has received
  // nothing.
  const Evening third = evening_of(
      "failback", 0,
      {faults, second,
       R"(platform.regions={ "hk": { "code": "ap-east-1", "zones": ["a"] },
         "sg": { "code": "ap-southeast-1", "zones": ["a", "b", "c"], "quotas": { "fargateVcpu": 64 } },
         "syd": { "code": "ap-southeast-2", "zones": ["a", "b", "c"], "quotas": { "fargateVcpu": 64 } } })",
       R"(platform.links=[ { "between": ["sg", "syd"], "rtt": "92ms", "bandwidth": "5 Gbit/s" },
         { "between": ["sg", "hk"], "rtt": "36ms", "bandwidth": "5 Gbit/s" },
         { "between": ["hk", "syd"], "rtt": "120ms", "bandwidth": "5 Gbit/s" } ])",
       R"(platform.services.orders-db.regions.hk={ "role": "backup" })"});
  const auto in_syd = opening_in(third, "syd");
  REQUIRE(in_syd);
  CHECK(texts(third, "reconcile") ==
        std::to_string(in_syd->writes_lost) +
            " writes that only orders-db@sg had are with the writer\n");
  // A second each.
  const auto begun = when_told(patient, "step-acts", "reconcile");
  const auto done = when_told(patient, "step-end", "reconcile");
  REQUIRE((begun && done));
  CHECK(*done - *begun == Approx(static_cast<double>(loss->writes_lost)).margin(1.1));
}

}  // namespace lifeboat::reports
