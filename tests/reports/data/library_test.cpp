// The library's scenarios of data services, small: what a flushed cache lands on its database.
#include <cmath>
#include <string>
#include <vector>

#include "reports/verdict/trial_view.hpp"
#include "sim/trial/trial.hpp"
#include "tests/catch.hpp"
#include "tests/reports/shipped_input.hpp"

namespace lifeboat::reports {
namespace {

struct Run {
  sim::TrialResult result;
  std::uint64_t reads = 0;  ///< of the database
};

Run run_of(const std::vector<std::string>& set) {
  const RunInput input = shipped_input("cache-flush", set);
  CHECK_FALSE(input.objectives.empty());
  Run run{sim::run_trial(*input.network, input.options, 0), 0};
  for (std::size_t i = 0; i < input.network->stations.size(); ++i) {
    if (input.network->stations[i].name == "db@sg/cpu") {
      run.reads = run.result.stations[i].arrivals;
    }
  }
  return run;
}

const std::string kLarge = "platform.services.db.dbInstanceClass=db.m6g.4xlarge";

}  // namespace

// 200 look-ups a second, a = 9 a key and time to live: the database sees the part 1 / (1 + a) = 10
// % of them, 20 a second, and just after the flush all: 1 / (1 - h) = 10 times as many.
TEST_CASE("A flushed cache multiplies the database's reads by 1 / (1 - h)", "[oracle]") {
  // Before the flush: 1,000 s of 20 reads, give or take 4 x sqrt(20,000) and the share of products
  // that the steady start had at another age (a tenth of it).
  const Run before = run_of({kLarge, "duration=1000s"});
  CHECK(static_cast<double>(before.reads) == Approx(20000).margin(4 * std::sqrt(20000.0) + 400));
  // The flush is at 1,200 s. In the 20 s after it the misses are N (1 - e^(-t / 100 s)) = 3,625 of
  // 4,000 look-ups (each product is asked for once; N = 20,000).
  const Run until = run_of({kLarge, "duration=1200s"});
  const Run after = run_of({kLarge, "duration=1220s"});
  const double reads = static_cast<double>(after.reads - until.reads);
  CHECK(reads == Approx(20000 * (1 - std::exp(-0.2))).margin(4 * std::sqrt(3625.0)));
}

TEST_CASE("A database that is too small for the flush fails until the cache has filled", "[unit]") {
  const Run run = run_of({"duration=30m"});
  const auto& bins = run.result.journeys[0].bins;
  const auto good = [&](double from, double to) {
    double offered = 0;
    double well = 0;
    for (std::size_t i = 0; i < bins.size(); ++i) {
      const double at = static_cast<double>(i) * run.result.bin.to_seconds();
      if (at < from || at >= to) continue;
      offered += bins[i].offered;
      well += bins[i].good;
    }
    return well / offered;
  };
  CHECK(good(0, 1200) > 0.999);
  CHECK(good(1210, 1240) < 0.9);
  CHECK(good(1500, 1800) > 0.999);
}

}  // namespace lifeboat::reports
