// Availability per year by renewal reward: sums by hand, the additive law, what ranges cover, and
// the two states of a machine that fails and is repaired against MTBF / (MTBF + MTTR).
#include "reports/availability/year.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "reports/studies/availability_study.hpp"
#include "reports/studies/prepare.hpp"
#include "sim/trial/trial.hpp"
#include "tests/catch.hpp"
#include "tests/main/temporary_folder.hpp"

namespace lifeboat::reports {
namespace {

YearlyLoss known(const std::string& name, double rate, std::vector<double> lost) {
  return {name, rate, rate, rate, std::move(lost), {}};
}

}  // namespace

TEST_CASE("A year loses rates times means, and the steady share", "[unit]") {
  // Twice 20 min (the mean of 10, 20, 30), half of an hour: 40 + 30; 1e-5 of 525,600 min: 5.256.
  YearInput input;
  input.incidents = {known("often", 2, {10, 20, 30}), known("seldom", 0.5, {60, 60})};
  input.steady_share = {1e-5, 1e-5};
  input.draws = 2000;
  const YearEstimate year = estimate_year(input);
  CHECK(year.minutes.value == Approx(75.256));
  CHECK(year.availability.value == Approx(1 - 75.256 / 525'600));
  CHECK(year.rows[0].minutes_a_year.value == Approx(40));
  CHECK(year.rows[0].share == Approx(40 / 75.256));
  CHECK(year.steady_minutes.value == Approx(5.256));
  CHECK(year.steady_part == Approx(5.256 / 75.256));
  CHECK(year.availability.low < year.availability.value);
  CHECK(year.availability.high > year.availability.value);
  // What is known to the last digit has no range.
  CHECK(year.rows[1].minutes_a_year.low == Approx(30));
  CHECK(year.rows[1].minutes_a_year.high == Approx(30));
}

TEST_CASE("What an incident seems to bring is not counted as a gain", "[unit]") {
  YearInput input;
  input.incidents = {known("none", 1, {-0.1, -0.1}), known("some", 1, {10, 10})};
  const YearEstimate year = estimate_year(input);
  CHECK(year.minutes.value == Approx(10));
  CHECK(year.rows[0].minutes_a_year.low == 0);
  CHECK(year.rows[0].minutes_a_year.high == 0);
  CHECK(year.holds == 1);
}

TEST_CASE("A rate that is likeliest at an end of its range stays within the year's", "[unit]") {
  for (const bool low : {true, false}) {
    YearInput input;
    input.incidents = {{"edge", 1, low ? 1.0 : 0.1, low ? 10.0 : 1.0, {30, 30}, {}}};
    const YearRange range = estimate_year(input).minutes;
    CHECK(range.value == Approx(30));
    CHECK(range.low <= range.value);
    CHECK(range.value <= range.high);
  }
}

// Four incidents a year, each 20 minutes lost or won: with 52.56 allowed, a year is missed where
// losses are three more than gains, X - Y >= 3 of two Poisson numbers of mean 2. Clipped one by
// one, it would be missed where X >= 3. 10,000 draws, as below.
TEST_CASE("Luck of a day evens out within a kind of incident", "[oracle]") {
  YearInput input;
  input.incidents = {known("either", 4, {-20, 20})};
  const auto chance = [](int n) { return std::exp(-2.0) * std::pow(2.0, n) / std::tgamma(n + 1); };
  double missed = 0;
  for (int y = 0; y < 40; ++y) {
    for (int x = y + 3; x < 60; ++x) missed += chance(x) * chance(y);
  }
  CHECK(estimate_year(input).year_holds == Approx(1 - missed).margin(0.02));
}

// 10,000 draws: a share's standard error is at most 0.005, and 0.02 is four of them (6e-5).
TEST_CASE("A single year keeps its promise with the Poisson chance of no incident", "[oracle]") {
  for (const double rate : {0.05, 0.5, 2.0}) {
    YearInput input;
    input.incidents = {known("long", rate, {100, 100})};
    const YearEstimate year = estimate_year(input);
    CHECK(year.year_holds == Approx(std::exp(-rate)).margin(0.02));
    CHECK(year.holds == (100 * rate <= 52.56 ? 1 : 0));
  }
}

TEST_CASE("Incidents add up, and adding one moves no other", "[property]") {
  std::mt19937_64 luck(11);
  std::uniform_real_distribution<> rates(0.01, 3);
  std::exponential_distribution<> minutes(0.05);
  for (int n = 0; n < 20; ++n) {
    YearInput both;
    both.draws = 500;
    both.seed = luck();
    for (const char* name : {"one", "other"}) {
      const double rate = rates(luck);
      YearlyLoss loss{name, rate, rate / 3, rate * 4, {}, {}};
      for (int i = 0; i < 8; ++i) loss.lost_minutes.push_back(minutes(luck));
      both.incidents.push_back(loss);
    }
    YearInput first = both;
    first.incidents.pop_back();
    YearInput second = both;
    second.incidents.erase(second.incidents.begin());
    const YearEstimate whole = estimate_year(both);
    const YearEstimate one = estimate_year(first);
    const YearEstimate other = estimate_year(second);
    CHECK(whole.minutes.value == Approx(one.minutes.value + other.minutes.value));
    CHECK(whole.rows[0].minutes_a_year.low == one.rows[0].minutes_a_year.low);
    CHECK(whole.rows[1].minutes_a_year.high == other.rows[0].minutes_a_year.high);
    CHECK(whole.minutes.high <= one.minutes.high + other.minutes.high + 1e-9);
    CHECK(whole.year_holds <= std::min(one.year_holds, other.year_holds));
  }
}

// The true rate is drawn by rejection from the triangle over logarithms (not by the inverse that
// the estimate draws with), and what it loses is known: the range of 90 % is the law's own and
// covers 90 % of 2,000, give or take four standard errors of 0.0067 (6e-5) and the range's own
// 0.004. With the rate known and the loss a mean of 10 normal trials, Student's range covers the
// same.
TEST_CASE("Ranges of a year cover what they say", "[oracle]") {
  std::mt19937_64 luck(12);
  std::uniform_real_distribution<> unit;
  std::normal_distribution<> loss(100, 20);
  const double low = std::log(0.02);
  const double mode = std::log(0.1);
  const double high = std::log(2.0);
  const int repeats = 2000;
  YearInput input;
  input.incidents = {{"unsure", 0.1, 0.02, 2.0, {100, 100}, {}}};
  const YearRange range = estimate_year(input).minutes;
  int by_rate = 0;
  for (int n = 0; n < repeats; ++n) {
    double x = 0;
    double height = 0;
    do {
      x = low + unit(luck) * (high - low);
      height = x < mode ? (x - low) / (mode - low) : (high - x) / (high - mode);
    } while (unit(luck) > height);
    const double truth = 100 * std::exp(x);
    by_rate += range.low <= truth && truth <= range.high ? 1 : 0;
  }
  CHECK(by_rate / static_cast<double>(repeats) == Approx(0.9).margin(0.031));

  int by_loss = 0;
  for (int n = 0; n < repeats; ++n) {
    YearInput one;
    one.draws = 400;
    one.seed = static_cast<std::uint64_t>(n);
    std::vector<double> trials;
    for (int i = 0; i < 10; ++i) trials.push_back(loss(luck));
    one.incidents = {known("known", 0.5, trials)};
    const YearRange found = estimate_year(one).minutes;
    by_loss += found.low <= 50 && 50 <= found.high ? 1 : 0;
  }
  // The range is read from 400 draws: its ends wander by 1 to 2 % of the trials' chance.
  CHECK(by_loss / static_cast<double>(repeats) == Approx(0.9).margin(0.04));
}

namespace {

constexpr double kBetween = 600;  // seconds, exponential both
constexpr double kRepair = 60;

/// A till that refuses everybody while it is out of order; `when` it is.
std::string two_states(const std::string& duration, const std::string& when) {
  return R"({ "format": "lifeboat/scenario/1", "name": "two-states", "duration": ")" + duration +
         R"(", "platform": { "format": "lifeboat/platform/1", "name": "two-states",
      "regions": { "home": { "code": "ap-southeast-1" } },
      "services": { "till": { "kind": "queue", "region": "home", "servers": 50,
                              "operations": { "serve": { "demand": "1ms" } } } },
      "journeys": { "visit": { "entry": "till.serve" } } },
    "traffic": { "visit": { "rate": "3/s" } },
    "faults": { "targets": { "till": { "service": "till@home" } },
      "actions": { "broken": { "actionId": "service-outage", "targets": ["till"],
        "parameters": { "newWork": { "refuse": "100%" } }, )" +
         when + " } } } }";
}

PreparedDay prepared(const std::filesystem::path& file, bool without_faults) {
  PrepareOptions options;
  options.whole_duration = true;
  options.without_faults = without_faults;
  models::io::Problems problems;
  auto input = prepare_run(file, options, problems);
  INFO((problems.empty() ? std::string{} : problems.all().front().to_line()));
  REQUIRE(input);
  return {std::move(*input), false};
}

}  // namespace

// An alternating renewal process is up for MTBF / (MTBF + MTTR) = 600 / 660 of the time. Twice: by
// simulating it for 20 h in each of 40 trials, as the faults' `life` does it, and as a year in
// which a single outage, simulated by itself, happens once in 660 s. The bounds are four standard
// errors (6e-5) of what each estimates: of the long run by the spread between its trials, of the
// year by that of its outages; starts with the machine up are worth 60 / 660 x 55 s of 20 h, 7e-5.
TEST_CASE("A year of single outages has the availability of a machine that fails for long",
          "[oracle]") {
  const double truth = kBetween / (kBetween + kRepair);
  const tests::TemporaryFolder folder;
  const auto long_run = folder.write(
      "life.json",
      two_states("20h", R"("life": { "timeBetweenFailures": { "exponential": { "mean": "600s" } },
                 "repairTime": { "exponential": { "mean": "60s" } } })"));
  const auto once = folder.write("once.json", two_states("30m", R"("at": "+100s", "jitter": "0s",
                 "duration": { "exponential": { "mean": "60s" } })"));

  const PreparedDay life = prepared(long_run, false);
  std::vector<double> shares;
  sim::run_trials(*life.input.network, life.input.options, 0, 40, 2,
                  [&](sim::TrialResult&& result) {
                    shares.push_back(static_cast<double>(result.journeys[0].good) /
                                     static_cast<double>(result.journeys[0].offered));
                    return true;
                  },
                  {});
  double mean = 0;
  for (const double share : shares) mean += share / 40;
  double variance = 0;
  for (const double share : shares) variance += (share - mean) * (share - mean) / 39;
  CHECK(std::abs(mean - truth) < 4 * std::sqrt(variance / 40) + 1e-4);
  CHECK(std::sqrt(variance / 40) < 0.003);

  scenarios::Year year;
  year.name = "two-states";
  scenarios::YearlyIncident outage;
  outage.name = "broken";
  outage.scenario = once;
  outage.rate.per_year = 365 * 86'400 / (kBetween + kRepair);
  outage.rate.low = outage.rate.high = outage.rate.per_year;
  year.incidents.push_back(outage);
  AvailabilityOptions options;
  options.trials = 400;
  const YearReport report = study_availability(year, prepared, options);
  REQUIRE(report.incidents.size() == 1);
  CHECK(report.incidents[0].not_recovered == 0);
  // The mean of 400 exponentials has a relative standard error of 5 %, and requests add less.
  CHECK(report.estimate.rows[0].loss == Approx(1).epsilon(0.21));
  CHECK(report.estimate.availability.value == Approx(truth).margin(0.21 * (1 - truth)));
  CHECK(report.verdict == Verdict::kMissed);
}

}  // namespace lifeboat::reports
