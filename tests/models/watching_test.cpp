// Bins, gaps, late datapoints and alarms, by hand and by the tables that AWS publishes.
#include <string>

#include "models/watching/alarm.hpp"
#include "models/watching/metric_bins.hpp"
#include "tests/catch.hpp"

using lifeboat::models::AlarmSpec;
using lifeboat::models::AlarmState;
using lifeboat::models::Datapoint;
using lifeboat::models::evaluate;
using lifeboat::models::MetricBins;
using lifeboat::models::MissingData;
using lifeboat::sim::Instant;

namespace {

Datapoint point(double visible_at, double value, bool present = true) {
  Datapoint result;
  result.visible_at = Instant::from_seconds(visible_at);
  result.value = value;
  result.present = present;
  return result;
}

AlarmSpec above(double threshold, std::uint32_t needed, std::uint32_t of,
                MissingData missing = MissingData::kMissing) {
  AlarmSpec alarm;
  alarm.threshold = threshold;
  alarm.datapoints_to_alarm = needed;
  alarm.evaluation_periods = of;
  alarm.missing = missing;
  return alarm;
}

/// The state that a row of AWS's tables leads to: "0 - X", oldest first, 0 within the threshold, X
/// beyond it, - missing.
AlarmState state_of(const std::string& row, std::uint32_t needed, MissingData missing,
                    AlarmState current) {
  MetricBins bins;
  double at = 0;
  for (const char c : row) {
    if (c == ' ') continue;
    bins.close(point(++at, c == 'X' ? 1 : 0, c != '-'));
  }
  return evaluate(above(0.5, needed, 3, missing), bins, Instant::from_seconds(at), current);
}

constexpr auto kOk = AlarmState::kOk;
constexpr auto kAlarm = AlarmState::kAlarm;
constexpr auto kUnknown = AlarmState::kInsufficientData;

struct Row {
  const char* datapoints;
  AlarmState missing;
  bool ignore_keeps;  ///< with "ignore" the state stays; otherwise it is as with "missing"
  AlarmState breaching;
  AlarmState not_breaching;
};

void check_rows(std::uint32_t needed, std::initializer_list<Row> rows) {
  for (const Row& row : rows) {
    for (const AlarmState current : {kOk, kAlarm, kUnknown}) {
      INFO(needed << " of 3: " << row.datapoints);
      CHECK(state_of(row.datapoints, needed, MissingData::kMissing, current) == row.missing);
      CHECK(state_of(row.datapoints, needed, MissingData::kIgnore, current) ==
            (row.ignore_keeps ? current : row.missing));
      CHECK(state_of(row.datapoints, needed, MissingData::kBreaching, current) == row.breaching);
      CHECK(state_of(row.datapoints, needed, MissingData::kNotBreaching, current) ==
            row.not_breaching);
    }
  }
}

}  // namespace

// Amazon CloudWatch User Guide, alarms and missing data: both tables (2019-04), and of the later
// edition the row with one breaching datapoint in the middle.
TEST_CASE("Alarms treat missing data as the tables of the User Guide say", "[oracle]") {
  check_rows(3, {{"0 - X - X", kOk, false, kOk, kOk},
                 {"0 - - - -", kOk, false, kOk, kOk},
                 {"- - - - -", kUnknown, true, kAlarm, kOk},
                 {"0 X X - X", kAlarm, false, kAlarm, kAlarm},
                 {"- - - - X", kUnknown, true, kAlarm, kOk},
                 {"- - X - -", kAlarm, true, kAlarm, kOk},
                 {"X - - - -", kAlarm, true, kAlarm, kOk}});
  check_rows(2, {{"0 - X - X", kAlarm, false, kAlarm, kAlarm},
                 {"0 0 X 0 X", kAlarm, false, kAlarm, kAlarm},
                 {"0 - X - -", kOk, false, kAlarm, kOk},
                 {"- - - - 0", kOk, false, kAlarm, kOk},
                 {"- - - - X", kUnknown, true, kAlarm, kOk}});
}

TEST_CASE("A comparison with the threshold is open or closed", "[unit]") {
  using lifeboat::models::Comparison;
  AlarmSpec alarm = above(0.5, 1, 1);
  const auto breaches = [&](Comparison comparison) {
    alarm.comparison = comparison;
    return std::string{alarm.breaches(0.4) ? 'y' : 'n', alarm.breaches(0.5) ? 'y' : 'n',
                       alarm.breaches(0.6) ? 'y' : 'n'};
  };
  CHECK(breaches(Comparison::kGreater) == "nny");
  CHECK(breaches(Comparison::kGreaterOrEqual) == "nyy");
  CHECK(breaches(Comparison::kLess) == "ynn");
  CHECK(breaches(Comparison::kLessOrEqual) == "yyn");
}

TEST_CASE("An alarm sees no datapoint before it is published", "[unit]") {
  MetricBins bins;
  bins.close(point(180, 0.8));
  bins.close(point(240, 0.8));
  bins.close(point(300, 0.8));
  const AlarmSpec alarm = above(0.6, 3, 3);
  CHECK(evaluate(alarm, bins, Instant::from_seconds(299), kOk) == kUnknown);
  CHECK(evaluate(alarm, bins, Instant::from_seconds(300), kOk) == kAlarm);
  CHECK(evaluate(above(0.8, 3, 3), bins, Instant::from_seconds(300), kOk) == kOk);
}

TEST_CASE("Old datapoints make room for new ones", "[unit]") {
  MetricBins bins;
  for (int i = 0; i < 200; ++i) bins.close(point(i, i));
  const auto latest = bins.visible(Instant::from_seconds(1000), 0);
  REQUIRE(latest);
  CHECK(latest->value == 199);
  CHECK(bins.visible(Instant::from_seconds(1000), MetricBins::kKept - 1)->value == 152);
  CHECK_FALSE(bins.visible(Instant::from_seconds(1000), MetricBins::kKept));
  CHECK(bins.latest_present(Instant::from_seconds(1000), 1)->value == 199);
  bins.close(point(1000, 0, false));
  CHECK_FALSE(bins.latest_present(Instant::from_seconds(1000), 1));
  CHECK(bins.latest_present(Instant::from_seconds(1000), 2)->value == 199);
}
