// The library's hot key on a provisioned table, against its arithmetic.
//
// 200 write units a second with 300 s of them kept: 60,000. 100 a second are written every day, so
// the store is full when 300 a second more begin, all of one article. 400 - 200 = 200 a second
// drain it in 300 s; from then on 200 of 400 are refused, whatever the article and whoever tries
// again.
#include <algorithm>
#include <string>
#include <vector>

#include "sim/trial/trial.hpp"
#include "tests/catch.hpp"
#include "tests/reports/shipped_input.hpp"

namespace lifeboat::reports {
namespace {

constexpr std::size_t kBegins = 60;  // bins of 10 s
constexpr std::size_t kDrained = 90;
constexpr std::size_t kEnds = 150;

sim::TrialResult trial_of(const std::vector<std::string>& set) {
  const RunInput input = shipped_input("hot-partition", set);
  CHECK(input.objectives.size() == 4);
  return sim::run_trial(*input.network, input.options, 0);
}

/// Share of the requests of a journey, or of all, that failed in these bins.
double failed(const sim::TrialResult& result, std::size_t first, std::size_t end,
              std::optional<std::size_t> journey = std::nullopt) {
  double offered = 0;
  double succeeded = 0;
  for (std::size_t j = 0; j < result.journeys.size(); ++j) {
    if (journey && j != *journey) continue;
    for (std::size_t bin = first; bin < end; ++bin) {
      offered += result.journeys[j].bins.at(bin).offered;
      succeeded += result.journeys[j].bins.at(bin).succeeded;
    }
  }
  return 1 - succeeded / offered;
}

}  // namespace

TEST_CASE("A hot key is carried for 300 seconds and then throttles half of everything",
          "[oracle]") {
  const sim::TrialResult result = trial_of({});
  // The store is empty at 900 s; arrivals' standard deviation of sqrt(120,000) = 346 in the 300 s
  // moves that by 1.7 s: a bin of 10 s is 6 of them.
  CHECK(failed(result, 0, kDrained - 1) == 0);
  CHECK(failed(result, kDrained + 2, kEnds) == Approx(0.5).margin(0.02));
  // Other articles suffer as much: the limit is the table's.
  CHECK(failed(result, kDrained + 2, kEnds, 0) == Approx(0.5).margin(0.03));
  CHECK(failed(result, kDrained + 2, kEnds, 1) == Approx(0.5).margin(0.03));
  // Once the article is sold nothing is refused any more.
  CHECK(failed(result, kEnds + 1, 240, 0) == 0);
}

TEST_CASE("With the units of the peak nothing is throttled: one key may have a partition's 1,000",
          "[oracle]") {
  const sim::TrialResult result =
      trial_of({"platform.services.stock.provisionedThroughput.writeCapacityUnits=420"});
  CHECK(failed(result, kBegins, kEnds) == 0);
}

}  // namespace lifeboat::reports
