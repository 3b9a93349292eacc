// The twin against data that it has not seen: real traces, and traffic of a known model.
#include <algorithm>
#include <cmath>
#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "models/io/document.hpp"
#include "reports/document/twin_document.hpp"
#include "reports/studies/twin_study.hpp"
#include "tests/catch.hpp"

namespace lifeboat::reports {
namespace {

namespace io = models::io;
using scenarios::CountSeries;
using sim::Duration;

std::optional<CountSeries> trace_of(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) return std::nullopt;
  io::Problems problems;
  const nlohmann::json text = {{"file", file.string()}};
  const auto document = io::Document::parse_text(text.dump(), "trace", problems);
  REQUIRE(document);
  const auto replay = scenarios::read_replay(document->root(), problems);
  REQUIRE_FALSE(problems.has_errors());
  return scenarios::counts_of(replay);
}

TwinOptions options_of(std::uint32_t trials) {
  TwinOptions options;
  options.trials = trials;
  options.jobs = 2;
  return options;
}

/// The profile's error if the day of the twin came some hours later.
double error_when_late(const TwinCheck& check, std::size_t hours) {
  double error = 0;
  for (std::size_t c = 0; c < 24; ++c) {
    error += std::fabs(check.day[c].seen - check.day[(c + 24 - hours) % 24].expected) / 24;
  }
  return error;
}

}  // namespace

// Requests a minute at NASA's Kennedy Space Center, July and August 1995 (Internet Traffic
// Archive). July is fitted, August foretold: no chance is in it but that of the trials.
TEST_CASE("the twin of NASA's July foretells August's day and its dispersion", "[oracle][long]") {
  const auto series = trace_of(tests::traces_dir() / "nasa-http-1995" / "requests_per_minute.csv");
  if (!series) SKIP_TEST("the traffic traces are not here");
  const Twin twin = make_twin("nasa", *series, options_of(20));
  REQUIRE(twin.check);
  const TwinCheck& check = *twin.check;
  CAPTURE(check.profile_error, check.flat_error, check.chance_error);
  CHECK(check.profile_error < 0.045);
  CHECK(check.flat_error > 0.30);
  CHECK(error_when_late(check, 1) > 0.06);
  CHECK(check.level.expected == Approx(check.level.seen).epsilon(0.12));
  CHECK(check.level.covers());
  // Over windows from a minute to half a day, of which the index goes from 7 to 500.
  REQUIRE(check.dispersion.size() == 10);
  CAPTURE(check.dispersion_error, check.flat_dispersion_error);
  CHECK(check.dispersion_error < 1.6);
  CHECK(check.flat_dispersion_error > 100);
  for (const TwinDispersion& row : check.dispersion) {
    CAPTURE(row.window_s, row.index.seen, row.index.low, row.index.high);
    CHECK(row.index.covers());
  }
  // The hurricane: 1 August 14:52 to 3 August 04:36.
  const auto& gaps = twin.fit.gaps;
  CHECK(std::any_of(gaps.begin(), gaps.end(), [](const scenarios::FoundGap& gap) {
    return gap.silent && gap.where.length_s > 37 * 3600 && gap.where.length_s < 39 * 3600;
  }));
  // The launch of Discovery, 13 July 1995, 09:41 local time.
  const auto& events = twin.fit.events;
  const std::int64_t nine = io::seconds_since_1970({1995, 7, 13, 9, 0, 0}) * 1'000'000'000;
  CHECK(std::any_of(events.begin(), events.end(), [&](const scenarios::FoundEvent& event) {
    return event.where.at_ns <= nine && event.factor > 2 &&
           event.where.at_ns + static_cast<std::int64_t>(event.where.length_s * 1e9) > nine;
  }));
}

// Requests at a load balancer in each 5 minutes of two weeks (Numenta Anomaly Benchmark, AWS
// CloudWatch). One week of so bursty a trace has a profile with errors of its own, and so has the
// other: chance alone, by the trials, makes nearly 10 %.
TEST_CASE("the twin of a load balancer's week foretells the next one", "[oracle]") {
  const auto series =
      trace_of(tests::traces_dir() / "nab" / "realAWSCloudwatch" / "elb_request_count_8c0756.csv");
  if (!series) SKIP_TEST("the traffic traces are not here");
  const Twin twin = make_twin("elb", *series, options_of(100));
  REQUIRE(twin.check);
  const TwinCheck& check = *twin.check;
  CAPTURE(check.profile_error, check.flat_error, check.chance_error);
  CHECK(check.profile_error < 0.14);
  CHECK(check.flat_error > 0.20);
  CHECK(error_when_late(check, 3) > 0.16);
  CHECK(check.level.expected == Approx(check.level.seen).epsilon(0.2));
  REQUIRE(check.dispersion.size() == 8);
  CAPTURE(check.dispersion_error, check.flat_dispersion_error);
  CHECK(check.dispersion_error < 1.7);
  CHECK(check.flat_dispersion_error > 60);
}

// What the twin says of its own traffic: fitted to five weeks of known traffic, it is its like.
TEST_CASE("a twin of simulated traffic gives back what was simulated", "[oracle]") {
  const std::string truth = R"({ "format": "lifeboat/traffic/1", "start": "2026-01-05T00:00",
      "visit": { "rate": { "mean": "0.5/s", "day": [0.5, 0.4, 1, 1.6, 1.5, 1], "weekend": [1, 1.2],
                           "week": [1.1, 1.1, 1.1, 1.1, 1.1, 0.75, 0.75] },
                 "burstiness": { "cv": 0.25, "correlation": "15m" } } })";
  const TwinOptions options = options_of(1);
  const std::size_t bins = 35 * 288;
  const auto trials = simulate_traffic(truth, "visit", Duration::minutes(5), bins, options);
  REQUIRE(trials.size() == 1);
  CountSeries series{io::seconds_since_1970({2026, 1, 5, 0, 0, 0}) * 1'000'000'000,
                     Duration::minutes(5),
                     true,
                     {}};
  series.counts.assign(trials.front().begin(), trials.front().end());
  const auto fit = scenarios::fit_traffic(series, 7);
  // 1.5 million requests; 3,360 parts of cv 0.25: the mean has a standard error of 0.44 %.
  CHECK(fit.per_second == Approx(0.5).epsilon(0.022));
  CHECK(fit.shape.weekend_differs);
  CHECK(fit.shape.week[0] / fit.shape.week[6] == Approx(1.1 / 0.75).epsilon(0.06));
  // An hour of 25 workdays: 100 parts of cv 0.25 in the mean, 2.5 %; five of them.
  CHECK(fit.shape.at(1, 12 * 3600) / fit.shape.week[1] == Approx(1.6).epsilon(0.13));
  CHECK(fit.shape.at(6, 12 * 3600) / fit.shape.week[6] == Approx(1.0909).epsilon(0.16));
  double variance = 0;
  for (const scenarios::Burst& burst : fit.bursts) variance += burst.cv * burst.cv;
  // 3,360 parts: cv^2 within 2.9 % for a standard error; five of them, half of that in cv.
  CHECK(std::sqrt(variance) == Approx(0.25).epsilon(0.1));
  // Another trial of the truth is a trial of the twin.
  const Twin twin = make_twin("truth", series, options_of(20));
  REQUIRE(twin.check);
  CHECK(twin.check->profile_error < 2.5 * twin.check->chance_error);
  CHECK(twin.check->dispersion_error < 1.35);
  CHECK(twin.check->covered > 0.75);
}

TEST_CASE("burstiness on two time scales has the sum of their variances in simulated counts",
          "[oracle]") {
  // 2/s; parts of cv 0.2 over 1 minute and 0.15 over 1 hour. In windows of an hour on the parts'
  // own grid: v = 0.2^2 / 60 + 0.15^2 = 0.02317, M = 7,200. Of 24 x 40 trials' hours the variance
  // has a standard error of 4.6 % (5.5 % for the lognormal's tail): five of them.
  const std::string text = R"({ "format": "lifeboat/traffic/1", "visit": { "rate": "2/s",
      "burstiness": { "cv": 0.2, "correlation": "1m",
                      "also": [ { "cv": 0.15, "correlation": "1h" } ] } } })";
  const auto trials = simulate_traffic(text, "visit", Duration::hours(1), 24, options_of(40));
  double sum = 0;
  double squares = 0;
  for (const auto& trial : trials) {
    for (const std::uint32_t count : trial) {
      sum += count / 960.0;
      squares += (count / 7200.0 - 1) * (count / 7200.0 - 1) / 960;
    }
  }
  CHECK(sum == Approx(7200).epsilon(5 * std::sqrt(0.02317 / 960)));
  CHECK(squares == Approx(0.02317 + 1 / 7200.0).epsilon(0.28));
}

TEST_CASE("the parts of one stream share its forecast error", "[unit]") {
  // No other variation to speak of: each part's trials move together, so that the whole's cv is the
  // law's, 0.3, not 0.3 / sqrt 2. Of 200 trials a cv has a standard error of 5 to 7 %.
  const std::string text = R"({ "format": "lifeboat/traffic/1", "visit": { "rate": "5/s",
      "forecastError": { "lognormal": { "mean": 1, "cv": 0.3 } },
      "burstiness": { "cv": 0.001, "correlation": "10s",
                      "also": [ { "cv": 0.001, "correlation": "20s" } ] } } })";
  const auto trials = simulate_traffic(text, "visit", Duration::minutes(10), 1, options_of(200));
  double mean = 0;
  double squares = 0;
  for (const auto& trial : trials) mean += trial[0] / 200.0;
  for (const auto& trial : trials) squares += (trial[0] - mean) * (trial[0] - mean) / 199.0;
  CHECK(mean == Approx(3000).epsilon(0.11));
  CHECK(std::sqrt(squares) / mean == Approx(0.3).epsilon(0.25));
}

TEST_CASE("a twin's traffic is scaled, shifted and given a sale, and reads back", "[unit]") {
  CountSeries series{scenarios::kFirstMonday, Duration::minutes(10), true, {}};
  for (std::size_t i = 0; i < 14 * 144; ++i) {
    series.counts.push_back(i % 144 / 36 == 2 ? 900
                                              : 300);  // noon to 18:00 has three times as much
  }
  TwinOptions options = options_of(10);
  options.changes.scale = 2;
  options.changes.shift = Duration::hours(2);
  options.changes.sales.push_back(
      {"20:00", 5, Duration::minutes(15), Duration::hours(2), Duration::minutes(20)});
  const Twin twin = make_twin("made", series, options);
  io::Problems problems;
  const auto document = io::Document::parse_text(twin.traffic, "t.json", problems);
  REQUIRE(document);
  const auto traffic = scenarios::read_traffic(document->root(), false, problems);
  for (const auto& line : problems.lines()) UNSCOPED_INFO(line);
  REQUIRE(problems.lines().empty());
  REQUIRE(traffic.streams.size() == 1);
  const auto& stream = traffic.streams[0];
  CHECK(stream.rate.per_second == Approx(2 * 450.0 / 600).epsilon(0.001));
  // 12:30 became 14:30: 14:30 has the most, 11:30 no more than the night.
  const auto weight = [&](double hour) {
    for (const auto& node : stream.rate.day) {
      if (node.second_of_day == hour * 3600) return node.weight;
    }
    return -1.0;
  };
  CHECK(weight(15) > 1.8);
  CHECK(weight(12) < 0.8);
  REQUIRE(stream.events.size() == 1);
  CHECK(stream.events[0].peak_factor == 5);
  CHECK(stream.events[0].half_life == Duration::minutes(20));
  // The first midnight after the trace.
  REQUIRE(traffic.start);
  CHECK(io::to_text(traffic.start->civil) == "1970-01-19T00:00");
  CHECK(twin_document(twin) == twin_document(make_twin("made", series, options)));
}

}  // namespace lifeboat::reports
