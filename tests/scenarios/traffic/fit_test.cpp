// Fitting traffic: the level's walk, the shapes, the variance-time curve, gaps and events, on
// series whose truth is known.
//
// Counts are drawn from luck of fixed keys, so that a case fails for every run or for none; the
// bounds state the chance that another key would have failed.
#include "scenarios/traffic/fit.hpp"

#include <cmath>

#include "scenarios/traffic/fit_text.hpp"
#include "sim/random/luck.hpp"
#include "sim/random/math.hpp"
#include "tests/catch.hpp"

namespace lifeboat::scenarios {
namespace {

using sim::Duration;

constexpr std::int64_t kMonday = 4LL * 86'400 * 1'000'000'000;  // 1970-01-05
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// Standard normals of a key.
class Normals {
 public:
  explicit Normals(std::uint64_t key) : key_(key) {}
  double next() {
    const auto bits = sim::mix(key_, number_++);
    return sim::math::normal_quantile((static_cast<double>(bits >> 11) + 0.5) * 0x1p-53);
  }

 private:
  std::uint64_t key_;
  std::uint64_t number_ = 0;
};

/// A count of this mean, for means over 20: a normal, rounded; its variance is off by 1/12.
double poisson(double mean, Normals& normals) {
  return std::max(0.0, std::round(mean + std::sqrt(mean) * normals.next()));
}

/// Rates by minute, of which a series makes counts.
template <class Rate>
CountSeries minutes(std::size_t days, std::uint64_t key, const Rate& rate) {
  CountSeries series{kMonday, Duration::minutes(1), true, {}};
  Normals normals(key);
  for (std::size_t i = 0; i < days * 1440; ++i) {
    series.counts.push_back(poisson(60 * rate(i, normals), normals));
  }
  return series;
}

double wave(std::size_t minute, double depth) {
  return 1 + depth * std::sin(2 * M_PI * static_cast<double>(minute % 1440) / 1440);
}

/// Largest distance of the fitted shape of a day from the wave, at the middles of hours.
double off_wave(const TrafficFit& fit, int weekday, double depth) {
  double most = 0;
  for (std::size_t hour = 0; hour < 24; ++hour) {
    const double second = 3600.0 * static_cast<double>(hour) + 1800;
    const double level = fit.shape.week.at(static_cast<std::size_t>(weekday));
    most = std::max(most,
                    std::fabs(fit.shape.at(weekday, second) / level - wave(hour * 60 + 30, depth)));
  }
  return most;
}

// Three weeks of Poisson counts, 5/s: an hour's weight over 15 workdays has a standard error of
// 1 / sqrt(15 x 18,000) = 0.002; five of them in 48 cells: 3e-5, and straight lines
// between hours are off by up to 0.002. The level's is 1 / sqrt(9.07 million) = 0.00033.
TEST_CASE("Poisson counts give back their level and profile, and no burstiness", "[oracle]") {
  const auto fit =
      fit_traffic(minutes(21, 1, [](std::size_t i, Normals&) { return 5 * wave(i, 0.6); }), 7);
  CHECK(fit.per_second == Approx(5).epsilon(0.0017));
  CHECK(off_wave(fit, 0, 0.6) < 0.013);
  CHECK_FALSE(fit.shape.days_differ);
  CHECK_FALSE(fit.shape.weekend_differs);
  CHECK_FALSE(fit.level.moves);
  CHECK(fit.events.empty());
  CHECK(fit.gaps.empty());
  double variance = 0;
  for (const Burst& burst : fit.bursts) variance += burst.cv * burst.cv;
  // Poisson's relative variance in a minute is 1/300; what is left is below a tenth of it.
  CHECK(variance < 0.1 / 300);
}

// Weekends have 0.4 of the traffic and a flatter day.
TEST_CASE("weekends have their own level and shape", "[oracle]") {
  const auto fit = fit_traffic(minutes(28, 2,
                                       [](std::size_t i, Normals&) {
                                         const bool weekend = i / 1440 % 7 >= 5;
                                         return weekend ? 2 * wave(i, 0.2) : 5 * wave(i, 0.6);
                                       }),
                               7);
  CHECK(fit.shape.weekend_differs);
  CHECK(fit.shape.days_differ);
  const double mean = (5 * 5 + 2 * 2) / 7.0;
  CHECK(fit.per_second == Approx(mean).epsilon(0.002));
  CHECK(fit.shape.week[0] == Approx(5 / mean).epsilon(0.005));
  CHECK(fit.shape.week[6] == Approx(2 / mean).epsilon(0.005));
  CHECK(off_wave(fit, 1, 0.6) < 0.012);
  CHECK(off_wave(fit, 6, 0.2) < 0.03);
}

// A rate that holds a lognormal factor of cv 0.3 for 20 minutes. Of 21 x 72 = 1,512 blocks the
// variance of a lognormal's sample (kurtosis 4.6) has a relative error of sqrt(3.6 / 1512) = 4.9 %:
// five of them are a quarter of cv^2, an eighth of cv.
TEST_CASE("a doubly stochastic rate gives back its size and its time scale", "[oracle]") {
  const double sigma = std::sqrt(std::log(1.09));
  double factor = 1;
  const auto series = minutes(21, 3, [&](std::size_t i, Normals& normals) {
    if (i % 20 == 0) factor = std::exp(sigma * normals.next() - sigma * sigma / 2);
    return 5 * wave(i, 0.3) * factor;
  });
  const auto fit = fit_traffic(series, 7);
  double variance = 0;
  double time = 0;
  for (const Burst& burst : fit.bursts) {
    variance += burst.cv * burst.cv;
    time += burst.cv * burst.cv * burst.correlation.to_seconds();
  }
  CHECK(std::sqrt(variance) == Approx(0.3).epsilon(0.13));
  // The area under the autocovariance over the variance, half of it: the time scale.
  CHECK(time / variance == Approx(1200).epsilon(0.35));
}

TEST_CASE("the variance-time curve of one part is its closed form", "[oracle]") {
  // c = 100 s: within a part 1 - x/3, beyond 1/x - 1/(3 x^2).
  CHECK(burst_share(0, 100) == 1);
  CHECK(burst_share(100, 100) == Approx(2.0 / 3));
  CHECK(burst_share(200, 100) == Approx(0.5 - 1.0 / 12));
  std::vector<DispersionPoint> curve;
  for (double window = 60; window < 50'000; window *= 2) {
    curve.push_back({window, 0.04 * burst_share(window, 42 * 16), 100, 1000});
  }
  const auto parts = fit_bursts(curve, Duration::minutes(1), Duration::days(1));
  REQUIRE(parts.size() == 1);
  CHECK(parts[0].cv == Approx(0.2).epsilon(0.01));
  CHECK(parts[0].correlation == Duration::seconds(42 * 16));
}

// A constant level of noise 1: the walk is claimed in 5 % of such series by the test's own size;
// of 400, five standard errors (1.1 %) are 5.5 %. The chance is for one day's noise of half a
// chi-square; with 30 days it is a little smaller.
TEST_CASE("a level that stands still is called moving as seldom as stated", "[oracle]") {
  Normals normals(4);
  int moving = 0;
  for (int n = 0; n < 400; ++n) {
    std::vector<std::optional<double>> days;
    for (int d = 0; d < 30; ++d) days.emplace_back(normals.next());
    moving += fit_level(days).moves ? 1 : 0;
  }
  CHECK(moving < 42);
  CHECK(moving > 0);
}

TEST_CASE("the forecast of a walk is near its end, of a constant the mean", "[oracle]") {
  std::vector<std::optional<double>> walk;
  std::vector<std::optional<double>> flat;
  Normals normals(5);
  double at = 0;
  double sum = 0;
  for (int d = 0; d < 200; ++d) {
    at += normals.next();
    walk.emplace_back(d % 17 == 0 ? std::nullopt : std::optional(at + 0.3 * normals.next()));
    flat.emplace_back(normals.next());
    sum += *flat.back();
  }
  const LocalLevel moving = fit_level(walk);
  CHECK(moving.moves);
  CHECK(std::fabs(moving.last - at) < 1.5);  // five standard errors of 0.29
  // A variance over 200 days: a relative error of 10 % and more, as the noise is told apart.
  CHECK(moving.drift == Approx(1).epsilon(0.6));
  const LocalLevel still = fit_level(flat);
  CHECK_FALSE(still.moves);
  CHECK(still.last == Approx(sum / 200).margin(1e-9));
  CHECK(still.last_variance == Approx(still.noise / 200));
  CHECK(still.noise == Approx(1).epsilon(0.5));  // 10 % is a standard error
}

TEST_CASE("silences, missing rows and events are found and leave the profile alone", "[unit]") {
  auto series = minutes(21, 6, [](std::size_t i, Normals&) { return 5 * wave(i, 0.6); });
  const auto minute = [](std::size_t day, std::size_t hour) { return day * 1440 + hour * 60; };
  for (std::size_t i = minute(3, 10); i < minute(3, 12); ++i) series.counts[i] = 0;
  for (std::size_t i = minute(9, 5); i < minute(10, 5); ++i) series.counts[i] = kNan;
  for (std::size_t i = minute(15, 9); i < minute(15, 11); ++i) series.counts[i] *= 4;
  const auto fit = fit_traffic(series, 7);
  REQUIRE(fit.gaps.size() == 2);
  CHECK(fit.gaps[0].silent);
  CHECK(fit.gaps[0].where.at_ns == series.at_ns(minute(3, 10)));
  CHECK(fit.gaps[0].where.length_s == Approx(7200));
  CHECK_FALSE(fit.gaps[1].silent);
  CHECK(fit.gaps[1].where.length_s == Approx(86'400));
  REQUIRE(fit.events.size() == 1);
  CHECK(fit.events[0].where.at_ns == series.at_ns(minute(15, 9)));
  CHECK(fit.events[0].where.length_s == Approx(7200));
  CHECK(fit.events[0].factor == Approx(4).epsilon(0.05));
  CHECK(fit.per_second == Approx(5).epsilon(0.003));
  CHECK(off_wave(fit, 0, 0.6) < 0.012);
}

TEST_CASE("a trace of an hour has a level and bursts, and no shape", "[unit]") {
  CountSeries series{kMonday, Duration::seconds(1), true, {}};
  Normals normals(7);
  for (int i = 0; i < 3600; ++i) series.counts.push_back(poisson(50, normals));
  const auto fit = fit_traffic(series, 1);
  CHECK_FALSE(fit.has_day);
  CHECK(fit.per_second == Approx(50).epsilon(0.012));  // five of 1 / sqrt(180,000)
  CHECK(fit.rate_at(series.start_ns + 5) == fit.per_second);
}

TEST_CASE("bins longer than a day leave a level and nothing of days", "[unit]") {
  CountSeries series{kMonday, Duration::days(7), true, {}};
  for (int i = 0; i < 60; ++i) series.counts.push_back(604'800);
  const auto fit = fit_traffic(series, 7);
  CHECK_FALSE(fit.has_levels);
  CHECK(fit.no_day == "Its bins are wider than a day");
  CHECK(fit.per_second == Approx(1));
}

// A year of daily counts: weekdays 1.2 million, weekends 0.5 million. A weekday's mean over 52 has
// a standard error of 1 / sqrt(52 x 500,000) = 0.0002 and less.
TEST_CASE("daily counts have a level and a week, and no shape of a day", "[unit]") {
  CountSeries series{kMonday, Duration::days(1), true, {}};
  Normals normals(8);
  for (int day = 0; day < 364; ++day) {
    series.counts.push_back(poisson(day % 7 < 5 ? 1'200'000 : 500'000, normals));
  }
  const auto fit = fit_traffic(series, 7);
  CHECK(fit.has_levels);
  CHECK_FALSE(fit.has_day);
  CHECK(fit.no_day == "Its bins are wider than 6 hours");
  CHECK(fit.events.empty());
  CHECK(fit.per_second == Approx(1'000'000 / 86'400.0).epsilon(0.001));
  CHECK(fit.shape.week[0] == Approx(1.2).epsilon(0.002));
  CHECK(fit.shape.week[6] == Approx(0.5).epsilon(0.002));
  const std::string text = traffic_text(fit, {}, {}, std::nullopt);
  CHECK(text.find("\"week\"") != std::string::npos);
  CHECK(text.find("\"day\"") == std::string::npos);
}

// Two spikes in 1,000 minutes: a relative variance of 450.
TEST_CASE("no part of the burstiness is more than the traffic format takes", "[unit]") {
  CountSeries series{kMonday, Duration::minutes(1), true, std::vector<double>(1000, 1)};
  series.counts[300] = series.counts[700] = 10'000;
  const auto fit = fit_traffic(series, 7);
  REQUIRE_FALSE(fit.bursts.empty());
  double most = 0;
  for (const Burst& burst : fit.bursts) most = std::max(most, burst.cv);
  CHECK(most == Approx(kMostBurstCv));
}

TEST_CASE("parts beyond those that the format takes go into their neighbours", "[unit]") {
  std::vector<Burst> parts;
  for (int k = 0; k < 10; ++k) parts.push_back({k == 4 ? 0.3 : 0.4, Duration::seconds(1 << k)});
  merge_bursts(parts);
  REQUIRE(parts.size() == kMostBursts);
  CHECK(parts[3].cv == Approx(0.5));
  CHECK(parts[4].correlation == Duration::seconds(32));
}

TEST_CASE("a cell keeps its mean between its nodes", "[unit]") {
  const std::vector<double> cells{1, 2, 3, 2};
  const auto nodes = nodes_of(cells);
  REQUIRE(nodes.size() == 8);
  for (std::size_t c = 0; c < 4; ++c) {
    const double mean = (nodes[2 * c] + 2 * nodes[2 * c + 1] + nodes[(2 * c + 2) % 8]) / 4;
    CHECK(mean == Approx(cells[c] / 2));
  }
}

TEST_CASE("stamps are counted, rows of rates become counts", "[unit]") {
  Replay stamps;
  stamps.unit = Replay::Unit::kStamps;
  for (std::int64_t i = 0; i < 600; ++i) stamps.times_ns.push_back(i * 100'000'000);
  const auto counted = counts_of(stamps, Duration::seconds(10));
  REQUIRE(counted);
  CHECK(counted->counts == std::vector<double>{100, 100, 100, 100});  // the ends are not whole
  CHECK(counts_of(stamps)->bin == Duration::seconds(1));
  Replay rates;
  rates.unit = Replay::Unit::kRate;
  rates.interval = Duration::seconds(10);
  rates.times_ns = {0, 10'000'000'000, 30'000'000'000};
  rates.values = {2, 3, 4};
  const auto rows = counts_of(rates);
  REQUIRE(rows);
  REQUIRE(rows->counts.size() == 4);
  CHECK(rows->counts[1] == 30);
  CHECK(std::isnan(rows->counts[2]));
  CHECK(rows->counts[3] == 40);
}

}  // namespace
}  // namespace lifeboat::scenarios
