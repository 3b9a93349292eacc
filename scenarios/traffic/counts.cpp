#include "scenarios/traffic/counts.hpp"

#include <algorithm>
#include <cmath>

namespace lifeboat::scenarios {

namespace {

using sim::Duration;

constexpr double kNoCount = std::numeric_limits<double>::quiet_NaN();
constexpr double kEnoughArrivals = 5;

Duration width_for(const std::vector<std::int64_t>& times) {
  const Duration widths[] = {Duration::seconds(1), Duration::seconds(10), Duration::minutes(1),
                             Duration::minutes(5), Duration::hours(1)};
  const double span = static_cast<double>(times.back() - times.front());
  for (const Duration width : widths) {
    const double bins = std::max(1.0, span / static_cast<double>(width.count()));
    if (static_cast<double>(times.size()) / bins >= kEnoughArrivals) return width;
  }
  return Duration::hours(1);
}

/// Whole bins only: the first and the last arrival stand in bins of which nobody knows the rest.
std::optional<CountSeries> counted(const Replay& replay, Duration bin) {
  CountSeries series;
  series.bin = bin;
  series.dated = replay.dated;
  const std::int64_t first = replay.times_ns.front();
  series.start_ns = first - (first % bin.count() + bin.count()) % bin.count();
  const auto count_of = [&](std::int64_t at) { return (at - series.start_ns) / bin.count(); };
  const std::int64_t bins = count_of(replay.times_ns.back()) + 1;
  if (bins > static_cast<std::int64_t>(kMostBins)) return std::nullopt;
  series.counts.assign(static_cast<std::size_t>(bins), 0);
  for (const std::int64_t at : replay.times_ns) {
    series.counts[static_cast<std::size_t>(count_of(at))] += 1;
  }
  if (series.counts.size() > 3) {
    series.counts.pop_back();
    series.counts.erase(series.counts.begin());
    series.start_ns += bin.count();
  }
  if (!replay.dated) series.start_ns += kFirstMonday;
  return series;
}

}  // namespace

CountSeries CountSeries::part(std::size_t from, std::size_t to) const {
  CountSeries result{at_ns(from), bin, dated, {}};
  result.counts.assign(counts.begin() + static_cast<std::ptrdiff_t>(from),
                       counts.begin() + static_cast<std::ptrdiff_t>(to));
  return result;
}

std::optional<CountSeries> counts_of(const Replay& replay, std::optional<Duration> bin) {
  if (replay.unit == Replay::Unit::kStamps) {
    return counted(replay, bin.value_or(width_for(replay.times_ns)));
  }
  CountSeries series;
  series.bin = replay.interval;
  series.dated = replay.dated;
  const std::int64_t width = series.bin.count();
  series.start_ns = replay.times_ns.front() - (replay.marks_middle ? width / 2 : 0);
  if (!replay.dated) series.start_ns += kFirstMonday;
  const double per_value =
      replay.unit == Replay::Unit::kRate ? series.bin.to_seconds() * replay.scale : replay.scale;
  const std::int64_t bins =
      (replay.times_ns.back() - replay.times_ns.front() + width / 2) / width + 1;
  if (bins > static_cast<std::int64_t>(kMostBins)) return std::nullopt;
  series.counts.assign(static_cast<std::size_t>(bins), kNoCount);
  for (std::size_t i = 0; i < replay.times_ns.size(); ++i) {
    const std::int64_t at = (replay.times_ns[i] - replay.times_ns.front() + width / 2) / width;
    double& count = series.counts[static_cast<std::size_t>(at)];
    const double value = replay.values[i] * per_value;
    // Two rows of one bin: the grid of the rows has moved by half of it.
    count = std::isnan(count) ? value : count + value;
  }
  return series;
}

}  // namespace lifeboat::scenarios
