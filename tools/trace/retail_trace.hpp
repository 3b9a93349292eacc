// The shipped retail traffic: one week of requests at the edge of a shop, made up.
//
//     rate(t) = 38/s x day(time of day) x week(day) x noise(t)
//
// day: a night level and three bumps (bell curves around the clock): late morning to lunch,
// afternoon, and the evening peak. week: weekends busier than workdays. noise: a slow random walk
// in its logarithm (cv 5 %, correlation 30 minutes) and the spread of a Poisson count. The counts
// are scaled so that the week's total is 38/s x 604,800 s to the request.
//
// Where the shape comes from, and what of it is a guess: scenarios/traffic/README.md. Bytes are
// equal on every machine: elementary functions and luck are our own, and numbers are printed from
// integers.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/random/luck.hpp"
#include "sim/random/math.hpp"

namespace lifeboat::tools {

inline constexpr double kMeanPerSecond = 38;
inline constexpr int kRowsPerDay = 288;  // 5 minutes each
inline constexpr double kRowSeconds = 300;
inline constexpr int kShapeRows = 96;  // 15 minutes each

/// A bell around the clock: hour of its middle, width in hours, height over the night's level 1.
struct Bump {
  double hour;
  double width;
  double height;
};

/// Night level 1; least at about 4 h, most at about 21 h, where it is some 7 times the least.
inline double day_weight(double hour) {
  constexpr std::array<Bump, 3> kBumps{{{12.0, 2.3, 3.0}, {16.0, 2.6, 1.6}, {20.8, 2.2, 5.6}}};
  double weight = 1;
  for (const auto& bump : kBumps) {
    double off = std::fabs(hour - bump.hour);
    if (off > 12) off = 24 - off;
    const double z = off / bump.width;
    weight += bump.height * sim::math::exp(-0.5 * z * z);
  }
  return weight;
}

/// Monday first.
inline constexpr std::array<double, 7> kWeek{1, 1, 1, 1, 1.1, 1.3, 1.2};

/// `digits` digits after the point, from an integer: 12345 and 4 is "1.2345".
inline std::string fixed(std::int64_t value, int digits) {
  std::int64_t unit = 1;
  for (int i = 0; i < digits; ++i) unit *= 10;
  std::string rest = std::to_string(value % unit);
  rest.insert(0, static_cast<std::size_t>(digits) - rest.size(), '0');
  return std::to_string(value / unit) + "." + rest;
}

inline std::string two_digits(int value) { return (value < 10 ? "0" : "") + std::to_string(value); }

/// The file retail-day.csv: time of day and weight, mean 1, every 15 minutes.
inline std::string retail_day_csv() {
  double total = 0;
  for (int i = 0; i < kShapeRows; ++i) total += day_weight(i * 24.0 / kShapeRows);
  std::string text = "time,weight\n";
  for (int i = 0; i < kShapeRows; ++i) {
    const double weight = day_weight(i * 24.0 / kShapeRows) * kShapeRows / total;
    text += two_digits(i / 4) + ":" + two_digits(i % 4 * 15) + ",";
    text += fixed(static_cast<std::int64_t>(weight * 10'000 + 0.5), 4) + "\n";
  }
  return text;
}

/// A standard normal draw that belongs to a row of the trace.
inline double normal_draw(std::uint64_t purpose, std::uint64_t row) {
  constexpr std::uint64_t kSeed = 20261102;
  const std::uint64_t bits = sim::mix(sim::mix(kSeed, purpose), row);
  return sim::math::normal_quantile(sim::unit(bits) + 0x1p-54);
}

/// Requests in each 5 minutes of the week, Monday 00:00 first.
inline std::vector<std::int64_t> retail_week_counts() {
  constexpr double kSlowCv = 0.05;
  constexpr double kCorrelationSeconds = 1800;
  const std::size_t rows = 7 * std::size_t{kRowsPerDay};
  const double keep = sim::math::exp(-kRowSeconds / kCorrelationSeconds);
  const double renew = std::sqrt(1 - keep * keep);
  const double sigma = std::sqrt(sim::math::log(1 + kSlowCv * kSlowCv));
  std::vector<double> expected(rows);
  double slow = normal_draw(1, rows);
  double total = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    slow = keep * slow + renew * normal_draw(1, i);
    const double hour = static_cast<double>(i % kRowsPerDay) * 24 / kRowsPerDay;
    const double middle = hour + 12.0 / kRowsPerDay;
    expected[i] = day_weight(middle) * kWeek[i / kRowsPerDay] * sim::math::exp(sigma * slow);
    total += expected[i];
  }
  const auto wanted =
      static_cast<std::int64_t>(kMeanPerSecond * kRowSeconds) * static_cast<std::int64_t>(rows);
  std::vector<std::int64_t> counts(rows);
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    const double mean = expected[i] * static_cast<double>(wanted) / total;
    const double count = mean + std::sqrt(mean) * normal_draw(2, i);
    counts[i] = static_cast<std::int64_t>(count + 0.5);
    sum += counts[i];
  }
  // What the noise added or took goes back in equal parts, one request a row, spread evenly.
  const std::int64_t missing = wanted - sum;
  const std::int64_t step = missing < 0 ? -1 : 1;
  const std::int64_t each = missing / static_cast<std::int64_t>(rows);
  const std::int64_t left = (missing - each * static_cast<std::int64_t>(rows)) * step;
  for (std::size_t i = 0; i < rows; ++i) {
    const auto n = static_cast<std::int64_t>(i);
    const auto size = static_cast<std::int64_t>(rows);
    counts[i] += each + ((n + 1) * left / size - n * left / size) * step;
  }
  return counts;
}

/// The file retail-week.csv: local time and requests, from Monday 2026-11-02 on.
inline std::string retail_week_csv() {
  std::string text = "time,requests\n";
  const auto counts = retail_week_counts();
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const int minute = static_cast<int>(i % kRowsPerDay) * 5;
    text += "2026-11-" + two_digits(2 + static_cast<int>(i / kRowsPerDay)) + " ";
    text += two_digits(minute / 60) + ":" + two_digits(minute % 60) + ",";
    text += std::to_string(counts[i]) + "\n";
  }
  return text;
}

}  // namespace lifeboat::tools
