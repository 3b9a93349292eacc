// The library's scenarios about sign-ins and queues, small, against their closed forms.
#include <cmath>

#include "sim/trial/trial.hpp"
#include "tests/catch.hpp"
#include "tests/reports/shipped_input.hpp"

namespace lifeboat::reports {
namespace {

sim::TrialResult trial_of(const std::string& scenario) {
  const RunInput input = shipped_input(scenario);
  CHECK_FALSE(input.objectives.empty());
  return sim::run_trial(*input.network, input.options, 0);
}

const sim::JourneyResult& journey(const sim::TrialResult& trial, std::size_t index) {
  return trial.journeys.at(index);
}

double failures_of(const sim::ArrivalBin& bin) {
  double sum = 0;
  for (const auto count : bin.failed_by) sum += static_cast<double>(count);
  return sum;
}

}  // namespace

// N = 36,000 users who come every T = 20 s, v = 20 other sign-ins a second, a quota of q = 120/s:
// while more than the quota is asked for, of n users still out
//   t(n) = ((N - n) + v T ln(N / n)) / (q (1 + v T / N)) - 1 s (the bucket was full),
// until n = (q - v) T = 2,000 are left and nobody is refused any more: 288.8 s. Between N / q = 300
// and N / (q - v) = 360 s: those who are refused compete with others, and others sign users in too.
TEST_CASE("After all sessions have ended the last refusal comes as users over quota say",
          "[oracle]") {
  const sim::TrialResult trial = trial_of("sign-in-storm");
  const double until = (34'000 + 400 * std::log(18.0)) / (120 * (1 + 400.0 / 36'000)) - 1;
  CHECK(until == Approx(288.8).margin(0.1));
  const double bin = trial.bin.to_seconds();
  const sim::JourneyResult& page = journey(trial, 0);
  double first = -1;
  double last = -1;
  for (std::size_t i = 0; i < page.bins.size(); ++i) {
    const double refused = page.bins[i].failed_by[static_cast<std::size_t>(sim::Cause::kThrottled)];
    if (refused < 0.002 * page.bins[i].offered) continue;
    if (first < 0) first = static_cast<double>(i) * bin;
    last = static_cast<double>(i + 1) * bin;
  }
  CHECK(first == Approx(300));
  // The end is found to a bin; near it as much is asked for as there is, give or take 11/s.
  CHECK(last - first == Approx(until).margin(bin + 12));
  CHECK(page.failed == page.failed_by[static_cast<std::size_t>(sim::Cause::kThrottled)]);
}

// 40/s come for the 600 s in which nothing is packed: a backlog of 24,000. It is worked off at
// 100 - 40 = 60/s: 400 s. An order that comes s seconds after the repair waits (24,000 - 60 s) /
// 100 seconds, more than a minute until s = 300. So 900 s of orders are late (and those of the last
// minute's work before the failure, which is next to nothing).
TEST_CASE("A backlog is worked off by what the consumers have beyond what still comes",
          "[oracle]") {
  const sim::TrialResult trial = trial_of("queue-backlog");
  const double bin = trial.bin.to_seconds();
  const sim::JourneyResult& packing = journey(trial, 1);
  double late = 0;
  double last = 0;
  for (std::size_t i = 0; i < packing.bins.size(); ++i) {
    const double bad = packing.bins[i].offered - packing.bins[i].good;
    late += bad;
    if (bad > 0) last = static_cast<double>(i + 1) * bin;
  }
  // 36,000 give or take 190 (Poisson), and the order in which hidden messages come back (30 s).
  CHECK(late == Approx(36'000).epsilon(0.02));
  CHECK(last == Approx(300 + 600 + 300).margin(30));
  CHECK(packing.latency.max()->to_seconds() > 600);
  CHECK(journey(trial, 0).failed == 0);
  CHECK(trial.buffers.at(0).dead_lettered == 0);
  CHECK(trial.buffers.at(0).left < 50);
}

// The slowest mechanism decides: a client's belief in the lost node lasts at most 60 + 60 s, the
// failover of the database at most 120 s. Orders fail for as long as that failover takes, which is
// drawn: 10 a second times it, and until then a third of them at the lost node (and a third of the
// rest at lost tasks) is among those. Nothing that was acknowledged is lost, and nothing fails
// later.
TEST_CASE("A lost zone is over within its slowest mechanism, and no write is lost", "[oracle]") {
  const sim::TrialResult trial = trial_of("zone-loss");
  const double bin = trial.bin.to_seconds();
  const double lost_at = 600;  // 20:00, ten minutes after the start
  double begins = 0;
  double ends = 0;
  std::size_t moved = 0;
  for (const auto& event : trial.events) {
    if (event.text == "failover of db@sg begins") begins = event.at.to_seconds();
    if (event.text == "failover of db@sg is over") ends = event.at.to_seconds();
    if (event.text == "2 tasks have moved to zones with fewer") ++moved;
  }
  CHECK(begins == Approx(lost_at));
  CHECK(ends - begins >= 60);
  CHECK(ends - begins <= 120);
  CHECK(moved == 1);
  for (const std::size_t index : {std::size_t{0}, std::size_t{1}}) {
    const auto& bins = journey(trial, index).bins;
    for (std::size_t i = 0; i < bins.size(); ++i) {
      const double at = static_cast<double>(i) * bin;
      CAPTURE(index, at);
      // What is inside at the loss came just before it.
      if (at < lost_at - bin || at >= lost_at + 120) CHECK(failures_of(bins[i]) == 0);
    }
  }
  double failed = 0;
  double arrived = 0;
  const auto& orders = journey(trial, 1).bins;
  for (std::size_t i = 0; i < orders.size(); ++i) {
    const double at = static_cast<double>(i) * bin;
    if (at < lost_at || at + bin > ends) continue;
    failed += failures_of(orders[i]);
    arrived += orders[i].offered;
  }
  CHECK(arrived > 500);
  CHECK(failed == arrived);
  for (const auto& loss : trial.losses) CHECK(loss.writes_lost == 0);
}

// A tenth of a third at the node, and a tenth of a third of the rest at the tasks: 6.56 % fail from
// 20:00 on. The shift is asked for 5 + 2 + 2 + 1 minutes later (alarm, answer, look, labour); from
// then on the third at the node alone, which leaves over 60 s, and then nobody.
TEST_CASE("A troubled zone costs its share until it is left, and nothing afterwards", "[oracle]") {
  const sim::TrialResult trial = trial_of("zone-gray");
  const double bin = trial.bin.to_seconds();
  double troubled = 0;
  double offered = 0;
  double leaving = 0;
  for (const std::size_t index : {std::size_t{0}, std::size_t{1}}) {
    const auto& bins = journey(trial, index).bins;
    for (std::size_t i = 0; i < bins.size(); ++i) {
      const double at = static_cast<double>(i) * bin;
      CAPTURE(index, at);
      const double failed = failures_of(bins[i]);
      if (at < 600 - bin || at >= 1260) {
        CHECK(failed == 0);
      } else if (at >= 600 && at < 1200) {
        troubled += failed;
        offered += bins[i].offered;
      } else if (at >= 1200) {
        leaving += failed;
      }
    }
  }
  // 78,000 requests: 5 deviations are 0.44 % of 6.56 %.
  CHECK(troubled / offered == Approx(1.0 / 30 + 29.0 / 30 / 30).margin(0.0044));
  // 130 a second x 31.5 s / 30 = 137, deviation 12.
  CHECK(leaving == Approx(137).margin(60));
}

}  // namespace lifeboat::reports
