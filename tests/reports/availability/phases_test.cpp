#include "reports/availability/phases.hpp"

#include "tests/catch.hpp"

namespace lifeboat::reports {

namespace {

using sim::Duration;
using sim::Instant;

Instant at(double seconds) { return Instant::from_seconds(seconds); }

Recovery recovered(double fault, double until) {
  Recovery recovery;
  recovery.outcome = RecoveryOutcome::kRecovered;
  recovery.fault_at = at(fault);
  recovery.recovered_at = at(until);
  recovery.rto = at(until) - at(fault);
  return recovery;
}

const std::vector<FaultSpan> kFault{{"lost", at(1000), at(5000)}};
const std::vector<NamedWindow> kSale{{"sale", at(500), at(90000)}};
constexpr auto kHold = Duration::minutes(5);

Windows windows_of(std::string_view phase, const Recovery& whole) {
  return phase_windows(phase, kSale, kFault, whole, kHold, at(10000));
}

}  // namespace

TEST_CASE("Phases follow the fault and the recovery of their trial", "[unit]") {
  const Recovery whole = recovered(1000, 2000);
  const Windows steady = windows_of("steady", whole);
  REQUIRE(steady.size() == 2);
  CHECK(steady[0].to == at(1000));
  CHECK(steady[1].from == at(2300));  // recovered and held
  CHECK(steady[1].to == at(10000));
  REQUIRE(windows_of("incident", whole).size() == 1);
  CHECK(windows_of("incident", whole)[0].to == at(2000));
  CHECK(windows_of("recovery-tail", whole)[0].from == at(2000));
  CHECK(windows_of("recovery-tail", whole)[0].to == at(5600));
  CHECK(windows_of("sale", whole)[0].to == at(10000));  // clipped to the run
  CHECK(windows_of("", whole)[0].from == at(0));
  CHECK(windows_of("unknown", whole).empty());
}

TEST_CASE("An incident without a recovery lasts to the end, one that never was is empty",
          "[unit]") {
  Recovery open;
  open.outcome = RecoveryOutcome::kCensored;
  open.fault_at = at(1000);
  CHECK(windows_of("incident", open)[0].to == at(10000));
  CHECK(windows_of("recovery-tail", open).empty());
  CHECK(windows_of("steady", open).size() == 1);
  Recovery fine;
  fine.outcome = RecoveryOutcome::kNotBreached;
  CHECK(windows_of("incident", fine).empty());
}

TEST_CASE("Without a fault all is steady", "[unit]") {
  const Windows steady = phase_windows("steady", {}, {}, {}, kHold, at(100));
  REQUIRE(steady.size() == 1);
  CHECK(steady[0].to == at(100));
  CHECK(phase_windows("incident", {}, {}, {}, kHold, at(100)).empty());
}

TEST_CASE("A bin belongs to a phase if its middle does", "[unit]") {
  const Windows window{{at(15), at(25)}};
  CHECK_FALSE(in_windows(window, Duration::seconds(10), 0));
  CHECK(in_windows(window, Duration::seconds(10), 1));  // middle at 15 s
  CHECK_FALSE(in_windows(window, Duration::seconds(10), 2));
}

TEST_CASE("Batches cover the run without a gap", "[property]") {
  for (const std::int64_t end : {1LL, 31LL, 32LL, 1'000'000'007LL, 9'000'000'000'000'000'000LL}) {
    const auto parts = batches(Instant::from_nanoseconds(end), 32);
    REQUIRE(parts.size() == 32);
    REQUIRE(parts.front()[0].from == at(0));
    REQUIRE(parts.back()[0].to == Instant::from_nanoseconds(end));
    for (std::size_t i = 1; i < parts.size(); ++i) {
      REQUIRE(parts[i][0].from == parts[i - 1][0].to);
    }
  }
}

}  // namespace lifeboat::reports
