// The rule of recovery on series worked by hand.
//
// Unless a case says otherwise: fine bins of 10 s, the rule's bins of 30 s, good at 99 %, at
// least 20 requests a bin, slack 2, hold 5 minutes. A full fine bin has 100 requests, so a bin of
// the rule has 300, of which 3 may be bad.
#include "reports/recovery/recovery.hpp"

#include <random>

#include "tests/catch.hpp"

namespace lifeboat::reports {

namespace {

using sim::ArrivalBin;
using sim::Duration;
using sim::Instant;

constexpr Duration kWidth = Duration::seconds(10);

Instant at(double seconds) { return Instant::from_seconds(seconds); }

/// An hour of bins with `n` requests each, all good.
std::vector<ArrivalBin> all_good(std::uint32_t n = 100, std::size_t bins = 360) {
  std::vector<ArrivalBin> series(bins);
  for (ArrivalBin& bin : series) bin.offered = bin.good = bin.succeeded = n;
  return series;
}

/// Makes `bad` requests of every bin that begins in [from, to) bad.
void spoil(std::vector<ArrivalBin>& series, double from, double to, std::uint32_t bad) {
  for (std::size_t i = 0; i < series.size(); ++i) {
    const double t = 10.0 * static_cast<double>(i);
    if (t < from || t >= to) continue;
    series[i].good = series[i].succeeded = series[i].offered - bad;
  }
}

Recovery assess(const std::vector<ArrivalBin>& series, std::vector<FaultSpan> faults,
                const RecoveryRule& rule = {}) {
  const Instant end = Instant::origin() + kWidth * static_cast<std::int64_t>(series.size());
  return assess_recovery(series, kWidth, end, faults, rule);
}

const FaultSpan kLost{"lost", at(1000), at(3600)};

}  // namespace

TEST_CASE("Recovery runs from the fault to the first good bin that is followed by good ones",
          "[unit]") {
  auto series = all_good();
  spoil(series, 1000, 2000, 100);
  // The fault at 1000 s lies in the bin [990, 1020). Bad until 2000 s: the bin [1980, 2010) has
  // 200 bad of 300, the bin from 2010 s is good: 2010 - 1000 = 1010 s.
  const Recovery found = assess(series, {kLost});
  CHECK(found.outcome == RecoveryOutcome::kRecovered);
  CHECK(found.breached_at == at(990));
  CHECK(found.recovered_at == at(2010));
  CHECK(found.rto == Duration::seconds(1010));
  CHECK(found.relapses == 0);
}

TEST_CASE("Good minutes that do not last the hold are no recovery", "[unit]") {
  auto series = all_good();
  spoil(series, 1000, 1500, 100);
  spoil(series, 1770, 1800, 100);  // good from 1500 s for 270 s only, less than 5 minutes
  CHECK(assess(series, {kLost}).rto == Duration::seconds(800));
}

TEST_CASE("Good minutes that last exactly the hold are a recovery, and what follows a relapse",
          "[unit]") {
  auto series = all_good();
  spoil(series, 1000, 1500, 100);
  spoil(series, 1800, 1830, 100);  // good from 1500 to 1800 s
  spoil(series, 2400, 2430, 100);
  const Recovery found = assess(series, {kLost});
  CHECK(found.rto == Duration::seconds(500));
  CHECK(found.relapses == 2);
}

TEST_CASE("A bin is bad when its bad requests exceed both the allowed share and the slack",
          "[unit]") {
  RecoveryRule rule;
  const auto bad_bins = [&](std::uint32_t offered, std::uint32_t bad) {
    std::vector<ArrivalBin> series(3);
    series[0].offered = offered;
    series[0].good = offered - bad;
    return judge_bins(series, kWidth, at(30), rule).front().is_bad;
  };
  CHECK_FALSE(bad_bins(300, 3));  // 1 % of 300 is not exceeded
  CHECK(bad_bins(300, 4));
  CHECK_FALSE(bad_bins(20, 2));  // 10 % bad, but no more than the slack
  CHECK(bad_bins(20, 3));
  rule.good = 0.9;  // 1 - 0.9 is a little below 0.1 in binary
  CHECK_FALSE(bad_bins(30, 3));
  rule.good = 1;
  rule.slack = 0;
  CHECK(bad_bins(30, 1));
  CHECK_FALSE(bad_bins(30, 0));
}

TEST_CASE("A bin with too few requests joins the next", "[unit]") {
  // 6 requests in each 30 s: 6, 12, 18, 24 make one bin of 120 s.
  const auto bins = judge_bins(all_good(2, 30), kWidth, at(300), {});
  REQUIRE(bins.size() == 3);
  CHECK(bins[0].from == at(0));
  CHECK(bins[0].to == at(120));
  CHECK(bins[0].offered == 24);
  CHECK(bins[1].to == at(240));
  CHECK(bins[2].to == at(300));  // what is left has 12
  CHECK(bins[2].offered == 12);
}

TEST_CASE("Joined bins never reach across the start of a fault", "[unit]") {
  const Instant cuts[] = {at(65)};  // in the bin [60, 90)
  const auto bins = judge_bins(all_good(2, 30), kWidth, at(300), {}, cuts);
  REQUIRE(bins.size() == 3);
  CHECK(bins[0].to == at(60));
  CHECK(bins[1].from == at(60));
  CHECK(bins[1].to == at(180));
}

TEST_CASE("Without a bad bin the objective is not breached", "[unit]") {
  const Recovery found = assess(all_good(), {kLost});
  CHECK(found.outcome == RecoveryOutcome::kNotBreached);
  CHECK(found.rto == Duration{});
}

TEST_CASE("Without a fault in the window there is no recovery to speak of", "[unit]") {
  auto series = all_good();
  spoil(series, 1000, 2000, 100);
  CHECK(assess(series, {}).outcome == RecoveryOutcome::kNoFault);
  CHECK(assess(series, {{"late", at(3600), Instant::never()}}).outcome ==
        RecoveryOutcome::kNoFault);
  CHECK(assess({}, {kLost}).outcome == RecoveryOutcome::kNoFault);
}

TEST_CASE("A journey that does not recover by the end is censored at what has passed", "[unit]") {
  auto series = all_good();
  spoil(series, 1000, 3400, 100);  // 200 s of good bins are left, less than the hold
  const Recovery found = assess(series, {kLost});
  CHECK(found.outcome == RecoveryOutcome::kCensored);
  CHECK(found.rto == Duration::seconds(2600));
  CHECK(found.recovered_at.is_never());
}

TEST_CASE("Bad within the hold before the fault is already failing", "[unit]") {
  auto series = all_good();
  spoil(series, 660, 690, 100);  // recovered at 690 s, holds at 990 s: just in time
  spoil(series, 1020, 1200, 100);
  CHECK(assess(series, {kLost}).outcome == RecoveryOutcome::kRecovered);
  spoil(series, 690, 720, 100);
  CHECK(assess(series, {kLost}).outcome == RecoveryOutcome::kAlreadyFailing);
}

// The fault strikes at 1000 s; attempts that take up to 15 s may have come at 985 s and be inside,
// in the bin from 960 to 990 s. The bin before, from 930 s, is nobody's but the platform's.
TEST_CASE("Who was inside when the fault struck fails by the fault", "[unit]") {
  auto series = all_good();
  spoil(series, 980, 1200, 100);
  RecoveryRule rule;
  CHECK(assess(series, {kLost}, rule).outcome == RecoveryOutcome::kAlreadyFailing);
  rule.inside = Duration::seconds(15);
  CHECK(assess(series, {kLost}, rule).outcome == RecoveryOutcome::kRecovered);
  CHECK(assess(series, {kLost}, rule).rto == Duration::seconds(200));
  spoil(series, 950, 960, 100);
  CHECK(assess(series, {kLost}, rule).outcome == RecoveryOutcome::kAlreadyFailing);
}

TEST_CASE("A breach that starts after the attribution is not the fault's", "[unit]") {
  auto series = all_good(100, 1080);  // three hours
  spoil(series, 7200, 7300, 100);
  const FaultSpan brief{"brief", at(1000), at(1060)};
  CHECK(assess(series, {brief}).outcome == RecoveryOutcome::kNotBreached);  // 1060 + 3600 < 7200
  CHECK(assess(series, {kLost}).outcome == RecoveryOutcome::kRecovered);    // 3600 + 3600 = 7200
  RecoveryRule rule;
  rule.attribution = Duration::hours(1);
  CHECK(assess(series, {kLost}, rule).outcome == RecoveryOutcome::kNotBreached);
}

TEST_CASE("Each fault has its own first breach, and the longest counts", "[unit]") {
  auto series = all_good();
  const FaultSpan gray{"gray", at(600), at(660)};
  const FaultSpan lost{"lost", at(1800), at(3600)};
  spoil(series, 600, 690, 100);
  spoil(series, 1800, 2700, 100);
  const Recovery found = assess(series, {gray, lost});
  CHECK(found.fault_at == at(1800));
  CHECK(found.rto == Duration::seconds(900));
  CHECK(found.relapses == 0);
}

// The region is lost for six hours, and for a minute something else is slow. What breaks two hours
// later is the region's: the other's hour is over.
TEST_CASE("A brief fault does not hide what a longer one breaks later", "[unit]") {
  auto series = all_good(100, 1080);  // three hours
  spoil(series, 7200, 7500, 100);
  const FaultSpan region{"region", at(600), at(22200)};
  const FaultSpan brief{"brief", at(1200), at(1260)};
  const Recovery found = assess(series, {region, brief});
  CHECK(found.outcome == RecoveryOutcome::kRecovered);
  CHECK(found.fault_at == at(600));
  CHECK(found.rto == Duration::seconds(6900));
}

TEST_CASE("A fault during the breach of an earlier one is part of its incident", "[unit]") {
  auto series = all_good();
  spoil(series, 600, 2400, 100);
  const Recovery found = assess(series, {{"gray", at(600), at(900)}, {"lost", at(1200), at(3600)}});
  CHECK(found.outcome == RecoveryOutcome::kRecovered);
  CHECK(found.fault_at == at(600));
  CHECK(found.rto == Duration::seconds(1800));
}

TEST_CASE("A fault at time 0 has a recovery like any other", "[unit]") {
  auto series = all_good();
  spoil(series, 0, 300, 100);
  const Recovery found = assess(series, {{"lost", at(0), Instant::never()}});
  CHECK(found.outcome == RecoveryOutcome::kRecovered);
  CHECK(found.rto == Duration::seconds(300));
}

TEST_CASE("The whole recovers with the latest of its journeys", "[unit]") {
  Recovery fast{RecoveryOutcome::kRecovered, Duration::seconds(100)};
  Recovery slow{RecoveryOutcome::kRecovered, Duration::seconds(900)};
  Recovery fine{RecoveryOutcome::kNotBreached, Duration{}};
  Recovery open{RecoveryOutcome::kCensored, Duration::seconds(500)};
  const Recovery all[] = {fine, slow, fast};
  CHECK(latest_recovery(all).rto == Duration::seconds(900));
  const Recovery with_open[] = {slow, open};
  CHECK(latest_recovery(with_open).outcome == RecoveryOutcome::kCensored);
  CHECK(latest_recovery({}).outcome == RecoveryOutcome::kNoFault);
}

TEST_CASE("A bad minute is one in which any journey is bad", "[unit]") {
  auto a = all_good(100, 60);
  auto b = all_good(100, 60);
  spoil(a, 60, 120, 100);
  spoil(b, 90, 180, 100);
  const std::span<const ArrivalBin> both[] = {a, b};
  CHECK(bad_minutes(both, kWidth, at(600), {}) == Approx(2));
  CHECK(bad_minutes(both, kWidth, at(150), {}) == Approx(1.5));  // the run ends in a minute
  CHECK(bad_minutes({}, kWidth, at(600), {}) == 0);
}

TEST_CASE("On random series the recovery is the first held run of good bins", "[property]") {
  // An oracle of its own: walks the bins with plain counters, with as many requests in each fine
  // bin as fill a bin of the rule, so that nothing joins.
  std::mt19937_64 luck(20260107);
  for (int round = 0; round < 2000; ++round) {
    auto series = all_good(100, 240);
    const double flip = 0.02 + 0.3 * static_cast<double>(luck() % 1000) / 1000;
    bool bad = false;
    std::vector<bool> is_bad(80);
    for (std::size_t bin = 40; bin < 80; ++bin) {
      if (static_cast<double>(luck() % 100000) / 100000 < flip) bad = !bad;
      is_bad[bin] = bad;
      if (bad)
        spoil(series, 30.0 * static_cast<double>(bin), 30.0 * static_cast<double>(bin) + 30, 2);
    }
    const double fault = 1200 + static_cast<double>(luck() % 30);
    std::size_t first = 40;
    while (first < 80 && !is_bad[first]) ++first;
    std::size_t recovered = 80;
    for (std::size_t from = first; from + 10 <= 80 && recovered == 80; ++from) {
      bool good = true;
      for (std::size_t i = from; i < from + 10; ++i) good = good && !is_bad[i];
      if (good) recovered = from;
    }
    const Recovery found = assess(series, {{"lost", at(fault), Instant::never()}});
    if (first == 80) {
      REQUIRE(found.outcome == RecoveryOutcome::kNotBreached);
    } else if (recovered == 80) {
      REQUIRE(found.outcome == RecoveryOutcome::kCensored);
    } else {
      REQUIRE(found.outcome == RecoveryOutcome::kRecovered);
      REQUIRE(found.recovered_at == at(30.0 * static_cast<double>(recovered)));
      REQUIRE(found.rto.to_seconds() == Approx(30.0 * static_cast<double>(recovered) - fault));
    }
  }
}

TEST_CASE("Making requests bad never shortens the recovery", "[property]") {
  std::mt19937_64 luck(7);
  for (int round = 0; round < 500; ++round) {
    auto series = all_good(static_cast<std::uint32_t>(1 + luck() % 20), 360);
    spoil(series, 1000, 1000 + static_cast<double>(luck() % 1500), 1);
    const Recovery before = assess(series, {kLost});
    for (int i = 0; i < 30; ++i) {
      ArrivalBin& bin = series[101 + luck() % 259];
      bin.good = bin.good - std::min(bin.good, static_cast<std::uint32_t>(luck() % 3));
    }
    const Recovery after = assess(series, {kLost});
    const auto length = [](const Recovery& r) {
      return r.outcome == RecoveryOutcome::kCensored ? Duration::infinite() : r.rto;
    };
    // More bad requests can make an earlier breach, which recovers, out of what was none, and a
    // later one then counts as a relapse: only where the first bad bin is the same do they order.
    if (before.breached_at == after.breached_at) REQUIRE(length(after) >= length(before));
  }
}

}  // namespace lifeboat::reports
