#include "reports/recovery/harm.hpp"

#include "tests/catch.hpp"

namespace lifeboat::reports {

namespace {

using sim::ArrivalBin;
using sim::Cause;
using sim::Duration;
using sim::Instant;

Instant instant(double seconds) { return Instant::from_seconds(seconds); }

ArrivalBin bin_of(std::uint32_t good, std::uint32_t late, Cause cause, std::uint32_t failed,
                  std::uint32_t unfinished = 0) {
  ArrivalBin bin;
  bin.good = good;
  bin.succeeded = good + late;
  bin.failed_by[static_cast<std::size_t>(cause)] = failed;
  bin.offered = bin.succeeded + failed + unfinished;
  return bin;
}

/// Bins of 30 s: [0, 150).
const std::vector<ArrivalBin> kSeries = {
    bin_of(100, 2, Cause::kTimeout, 0), bin_of(10, 0, Cause::kStaleRegion, 90),
    bin_of(0, 0, Cause::kStaleRegion, 60), bin_of(50, 30, Cause::kNoCapacity, 20),
    bin_of(90, 0, Cause::kNoCapacity, 0, 10)};

Recovery recovered(double from, double to) {
  Recovery whole;
  whole.outcome = RecoveryOutcome::kRecovered;
  whole.fault_at = instant(from);
  whole.recovered_at = instant(to);
  return whole;
}

double of(const std::vector<HarmRow>& rows, const std::string& segment, const std::string& cause) {
  for (const HarmRow& row : rows) {
    for (const HarmCause& one : row.causes) {
      if (row.segment == segment && one.cause == cause) return row.per_trial * one.share;
    }
  }
  return 0;
}

}  // namespace

// The fault at 30 s, on-call until 80 s, a drain until 120 s. Of the 60 of [60, 90) two thirds came
// while on-call was on the way. Two trials, the second without harm.
TEST_CASE("Bad requests belong to the part of the way in which they came", "[unit]") {
  const std::vector<PathStretch> path = {{"on-call", instant(30), instant(80)},
                                         {"drain", instant(80), instant(120)}};
  Harm harm;
  const auto stretches = stretches_of(recovered(30, 120), path, instant(150));
  harm.add(kSeries, Duration::seconds(30), stretches);
  harm.add({}, Duration::seconds(30), stretches);
  const auto rows = harm.rows(2);
  CHECK(of(rows, "before the fault", "late") == Approx(1));
  CHECK(of(rows, "on-call", "stale-region") == Approx((90 + 40) / 2.0));
  CHECK(of(rows, "drain", "stale-region") == Approx(10));
  CHECK(of(rows, "drain", "late") == Approx(15));
  CHECK(of(rows, "drain", "no-capacity") == Approx(10));
  CHECK(of(rows, "after recovered", "unfinished") == Approx(5));
  REQUIRE(rows.size() == 4);
  CHECK(rows[0].segment == "on-call");
  CHECK(rows[1].segment == "drain");
  CHECK(rows[1].causes[0].cause == "late");
  CHECK(rows[0].share == Approx(130.0 / 212));
  double share = 0;
  for (const HarmRow& row : rows) share += row.share;
  CHECK(share == Approx(1));
}

TEST_CASE("What has no path is cut at its fault, or not at all", "[unit]") {
  const auto names = [](const Recovery& whole) {
    std::string all;
    for (const PathStretch& stretch : stretches_of(whole, {}, instant(150)))
      all += stretch.segment + ",";
    return all;
  };
  Recovery whole;
  CHECK(names(whole) == "the run,");
  whole.fault_at = instant(30);
  whole.outcome = RecoveryOutcome::kNotBreached;
  CHECK(names(whole) == "before the fault,after the fault,");
  whole.outcome = RecoveryOutcome::kCensored;
  CHECK(names(whole) == "before the fault,not recovered,");
}

// The run ends in the middle of a bin, and in front of the last: nothing is left over.
TEST_CASE("No bad request is lost at a run's end, nor one counted twice", "[property]") {
  for (const double end : {100.0, 130.0, 150.0}) {
    Harm harm;
    harm.add(kSeries, Duration::seconds(30), stretches_of(recovered(45, 77), {}, instant(end)));
    double sum = 0;
    for (const HarmRow& row : harm.rows(1)) sum += row.per_trial;
    CHECK(sum == Approx(2 + 90 + 60 + 50 + 10));
  }
}

}  // namespace lifeboat::reports
