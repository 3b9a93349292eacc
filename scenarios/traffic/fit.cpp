#include "scenarios/traffic/fit.hpp"

#include <algorithm>
#include <cmath>

#include "models/io/clock.hpp"
#include "sim/random/math.hpp"

namespace lifeboat::scenarios {

namespace io = models::io;

namespace {

using sim::Duration;

constexpr double kWholeDay = 86'400;  // seconds
constexpr std::int64_t kWholeDayNs = 86'400'000'000'000;
constexpr double kLeastDaysForShape = 1.5;
constexpr Duration kWidestForShape = Duration::hours(6);
constexpr double kHoursOfDay = 24;
constexpr double kSilence = 40;  // expected requests in a run of zeros
constexpr double kOutlying = 4;  // robust standard deviations
constexpr double kLeastEvent = 1.5;
constexpr double kLeastExpected = 10;  // requests, of an hour that can be an event
constexpr double kMostEvents = 0.2;    // of all hours; more is how the traffic is
constexpr int kTurns = 4;
constexpr double kLeastWander = 1e-4;

double median_of(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

std::int64_t day_of(std::int64_t at_ns) {
  return at_ns >= 0 ? at_ns / kWholeDayNs : -((-at_ns + kWholeDayNs - 1) / kWholeDayNs);
}

int weekday_of(std::int64_t day) {
  return io::day_of_week(io::civil_from_seconds(day * io::kDaySeconds));
}

class Fitter {
 public:
  Fitter(const CountSeries& series, double horizon_days)
      : series_(series), width_s_(series.bin.to_seconds()), n_(series.counts.size()) {
    fit_.horizon_days = horizon_days;
    gap_.assign(n_, false);
    event_.assign(n_, false);
    first_day_ = day_of(middle_ns(0));
    const std::int64_t days = day_of(middle_ns(n_ - 1)) - first_day_ + 1;
    days_ = static_cast<std::size_t>(days);
    if (width_s_ * static_cast<double>(n_) < kLeastDaysForShape * kWholeDay) {
      fit_.no_day = "The trace is shorter than a day and a half";
    } else if (width_s_ > kWholeDay) {
      fit_.no_day = "Its bins are wider than a day";
    } else {
      fit_.has_levels = true;
      fit_.has_day = series.bin <= kWidestForShape;
      if (!fit_.has_day) fit_.no_day = "Its bins are wider than 6 hours";
    }
    // Hours, or as many cells as bins fit into a day.
    if (fit_.has_day)
      cells_ = static_cast<std::size_t>(std::min(kHoursOfDay, kWholeDay / width_s_));
  }

  TrafficFit fit() {
    expected_.assign(n_, mean_count());
    for (int turn = 0; turn < kTurns; ++turn) {
      fit_.gaps = find_gaps(series_, expected_, gap_);
      gather();
      if (turn == 0) guess_shape();
      fit_levels();
      expect();
      if (turn + 1 < kTurns) find_events();
    }
    measure();
    return std::move(fit_);
  }

 private:
  [[nodiscard]] std::int64_t middle_ns(std::size_t i) const {
    return series_.at_ns(i) + series_.bin.count() / 2;
  }
  [[nodiscard]] bool counts(std::size_t i) const { return !gap_[i] && !event_[i]; }
  [[nodiscard]] std::size_t cell_of(std::size_t i) const {
    const std::int64_t second = middle_ns(i) - day_of(middle_ns(i)) * kWholeDayNs;
    return static_cast<std::size_t>(static_cast<double>(second) / static_cast<double>(kWholeDayNs) *
                                    static_cast<double>(cells_));
  }
  [[nodiscard]] std::size_t day_index(std::size_t i) const {
    return static_cast<std::size_t>(day_of(middle_ns(i)) - first_day_);
  }

  [[nodiscard]] double mean_count() const {
    double sum = 0;
    double known = 0;
    for (const double count : series_.counts) {
      if (std::isnan(count)) continue;
      sum += count;
      known += 1;
    }
    return known > 0 ? sum / known : 0;
  }

  /// The sums of each day by cell, of ordinary bins.
  void gather() {
    cells_of_days_.clear();
    if (!fit_.has_levels) return;
    for (std::size_t d = 0; d < days_; ++d) {
      const int weekday = weekday_of(first_day_ + static_cast<std::int64_t>(d));
      cells_of_days_.push_back(
          {weekday, std::vector<double>(cells_, 0), std::vector<double>(cells_, 0)});
    }
    for (std::size_t i = 0; i < n_; ++i) {
      if (!counts(i)) continue;
      DayCells& day = cells_of_days_[day_index(i)];
      day.count[cell_of(i)] += series_.counts[i];
      day.time[cell_of(i)] += width_s_;
    }
  }

  /// Medians over days, so that events do not count yet.
  void guess_shape() {
    if (!fit_.has_day) return;
    std::vector<double> cells;
    for (std::size_t c = 0; c < cells_; ++c) {
      std::vector<double> rates;
      for (const DayCells& day : cells_of_days_) {
        if (day.time[c] > 0) rates.push_back(day.count[c] / day.time[c]);
      }
      cells.push_back(median_of(std::move(rates)));
    }
    double total = 0;
    for (const double cell : cells) total += cell;
    if (total > 0) fit_.shape.workday = fit_.shape.weekend = nodes_of(cells);
  }

  void fit_levels() {
    if (!fit_.has_levels) {
      double count = 0;
      double time = 0;
      for (std::size_t i = 0; i < n_; ++i) {
        if (!counts(i)) continue;
        count += series_.counts[i];
        time += width_s_;
      }
      fit_.level = fit_level({sim::math::log(std::max(count, 0.5) / std::max(time, width_s_))});
      fit_.level.level.assign(days_, fit_.level.last);
      return;
    }
    for (int turn = 0; turn < kTurns; ++turn) {
      if (fit_.has_day) fit_days(cells_of_days_, cells_, fit_.shape);
      std::vector<std::optional<double>> rates;
      std::vector<std::optional<double>> logs;
      for (const DayCells& day : cells_of_days_) {
        rates.push_back(level_of(day, fit_.shape));
        std::optional<double>& log = logs.emplace_back();
        const double week = fit_.shape.week.at(static_cast<std::size_t>(day.weekday));
        if (rates.back() && *rates.back() > 0) log = sim::math::log(*rates.back() / week);
      }
      if (std::none_of(logs.begin(), logs.end(), [](const auto& one) { return one.has_value(); })) {
        fit_.has_levels = fit_.has_day = false;
        fit_.no_day = "Of no day half is known";
        fit_.shape = {};
        fit_levels();
        return;
      }
      fit_.level = fit_level(logs);
      if (turn == 0 && !fit_.shape.days_differ) {
        // The week's rhythm, not yet known, is no walk: the level stands for now.
        fit_.level.level.assign(days_, mean_log(logs));
      }
      for (std::size_t d = 0; d < days_; ++d) {
        if (rates[d]) *rates[d] /= sim::math::exp(fit_.level.level[d]);
      }
      fit_week(cells_of_days_, rates, fit_.shape);
    }
  }

  static double mean_log(const std::vector<std::optional<double>>& logs) {
    double sum = 0;
    double known = 0;
    for (const auto& log : logs) {
      if (!log) continue;
      sum += *log;
      known += 1;
    }
    return sum / known;
  }

  /// The expectation of each bin, of the same total as the ordinary ones.
  void expect() {
    double counted = 0;
    double expected = 0;
    for (std::size_t i = 0; i < n_; ++i) {
      const std::int64_t at = middle_ns(i);
      const double second = static_cast<double>(at - day_of(at) * kWholeDayNs) * 1e-9;
      const double shape = fit_.shape.at(weekday_of(day_of(at)), second);
      expected_[i] = sim::math::exp(fit_.level.level[day_index(i)]) * shape * width_s_;
      if (!counts(i)) continue;
      counted += series_.counts[i];
      expected += expected_[i];
    }
    scale_ = expected > 0 ? counted / expected : 1;
    for (double& one : expected_) one *= scale_;
  }

  struct Hour {
    std::size_t from = 0;
    std::size_t to = 0;
    double count = 0;
    double expected = 0;
    [[nodiscard]] double log_ratio() const {
      return sim::math::log((count + 0.5) / (expected + 0.5));
    }
  };

  [[nodiscard]] std::vector<Hour> hours() const {
    std::vector<Hour> result;
    for (std::size_t i = 0; i < n_; ++i) {
      const bool opens =
          result.empty() || cell_of(i) != cell_of(i - 1) || day_index(i) != day_index(i - 1);
      if (opens) result.push_back({i, i, 0, 0});
      result.back().to = i + 1;
      if (gap_[i]) continue;
      result.back().count += series_.counts[i];
      result.back().expected += expected_[i];
    }
    return result;
  }

  void find_events() {
    event_.assign(n_, false);
    fit_.events.clear();
    if (!fit_.has_levels) return;
    const std::vector<Hour> all = hours();
    std::vector<double> logs;
    for (const Hour& hour : all) {
      if (hour.expected >= kLeastExpected) logs.push_back(hour.log_ratio());
    }
    const double centre = median_of(logs);
    std::vector<double> off;
    for (const double log : logs) off.push_back(std::fabs(log - centre));
    // 1.4826 x the median absolute deviation estimates a normal's standard deviation.
    const double limit = std::max(sim::math::log(kLeastEvent), kOutlying * 1.4826 * median_of(off));
    std::size_t outlying = 0;
    const auto stands_out = [&](const Hour& hour) {
      return hour.expected >= kLeastExpected && std::fabs(hour.log_ratio() - centre) > limit;
    };
    for (const Hour& hour : all) outlying += stands_out(hour) ? 1U : 0U;
    if (static_cast<double>(outlying) > kMostEvents * static_cast<double>(all.size())) return;
    bool open = false;
    double most = 0;
    for (const Hour& hour : all) {
      if (!stands_out(hour)) {
        open = false;
        continue;
      }
      const double off_centre = hour.log_ratio() - centre;
      if (open && (off_centre > 0) != (fit_.events.back().factor > 1)) open = false;
      if (!open) {
        fit_.events.push_back({{series_.at_ns(hour.from), 0}, 1, 0});
        most = 0;
      }
      open = true;
      FoundEvent& event = fit_.events.back();
      event.where.length_s += static_cast<double>(hour.to - hour.from) * width_s_;
      event.excess += hour.count - hour.expected;
      if (std::fabs(off_centre) > most) {
        most = std::fabs(off_centre);
        event.factor = hour.count / hour.expected;
      }
      for (std::size_t i = hour.from; i < hour.to; ++i) event_[i] = true;
    }
  }

  /// The level at the end, burstiness about it, and the forecast error.
  void measure() {
    double known = 0;
    double total = 0;
    std::vector<double> ordinary = series_.counts;
    for (std::size_t i = 0; i < n_; ++i) {
      if (!counts(i)) ordinary[i] = std::numeric_limits<double>::quiet_NaN();
      if (gap_[i]) continue;
      known += width_s_;
      total += series_.counts[i];
    }
    fit_.mean_per_second = known > 0 ? total / known : 0;
    fit_.per_second = sim::math::exp(fit_.level.last) * scale_;
    const double span = width_s_ * static_cast<double>(n_);
    const double longest = std::min(kWholeDay, span / 8);
    const auto whole_days = static_cast<double>(fit_.level.days);
    const double spread = fit_.has_levels && whole_days > 1 ? whole_days / (whole_days - 1) : 1;
    std::vector<DispersionPoint> curve =
        dispersion_of(ordinary, expected_, series_.bin, Duration::from_seconds(longest), spread);
    if (fit_.has_levels) add_days_of_chance(ordinary, curve);
    const double longest_part = fit_.level.days >= 4 ? kWholeDay : longest;
    fit_.bursts = fit_bursts(curve, series_.bin, Duration::from_seconds(longest_part));
    if (fit_.has_levels) {
      const double variance = fit_.level.forecast_variance(fit_.horizon_days);
      fit_.forecast_cv = std::min(sim::Law::kMostVariable, std::sqrt(sim::math::exp(variance) - 1));
      const double wander = fit_.level.wander_variance(fit_.horizon_days);
      // A walk's own covariance has no time scale but the horizon: a bridge of a quarter of it.
      const double time = std::clamp(fit_.horizon_days / 4, 1.0, 366.0) * kWholeDay;
      if (wander > kLeastWander) {
        fit_.bursts.push_back({std::min(kMostBurstCv, std::sqrt(sim::math::exp(wander) - 1)),
                               Duration::from_seconds(time)});
        merge_bursts(fit_.bursts);
      }
    } else {
      fit_.forecast_cv = own_error(span);
    }
  }

  /// The smoothed level has taken some of what days differ by at random: it stands in every window.
  void add_days_of_chance(const std::vector<double>& ordinary,
                          std::vector<DispersionPoint>& curve) const {
    if (fit_.level.days < 4) return;
    double count = 0;
    double mean = 0;
    double squares = 0;
    double means = 0;
    double means_squared = 0;
    for (std::size_t i = 0; i <= n_; ++i) {
      if (i == n_ || (i > 0 && day_index(i) != day_index(i - 1))) {
        if (mean > 0) {
          squares += (count - mean) * (count - mean);
          means += mean;
          means_squared += mean * mean;
        }
        count = mean = 0;
        if (i == n_) break;
      }
      if (std::isnan(ordinary[i])) continue;
      count += ordinary[i];
      mean += expected_[i];
    }
    if (!(means_squared > 0)) return;
    const double seen = std::max(0.0, (squares - means) / means_squared);
    const double missing = std::max(0.0, fit_.level.noise - means / means_squared - seen);
    for (DispersionPoint& point : curve) point.relative_variance += missing;
  }

  /// Without days: the standard error of the mean itself.
  [[nodiscard]] double own_error(double span) const {
    double variance = fit_.mean_per_second > 0 ? 1 / (fit_.mean_per_second * span) : 0;
    for (const Burst& burst : fit_.bursts) {
      variance += burst.cv * burst.cv * burst_share(span, burst.correlation.to_seconds());
    }
    return std::sqrt(variance);
  }

  const CountSeries& series_;
  double width_s_;
  std::size_t n_;
  std::size_t cells_ = 1;
  std::size_t days_ = 0;
  std::int64_t first_day_ = 0;
  std::vector<bool> gap_;
  std::vector<bool> event_;
  std::vector<double> expected_;
  std::vector<DayCells> cells_of_days_;
  double scale_ = 1;
  TrafficFit fit_;
};

}  // namespace

double TrafficFit::rate_at(std::int64_t at_ns) const {
  const std::int64_t day = day_of(at_ns);
  return per_second *
         shape.at(weekday_of(day), static_cast<double>(at_ns - day * kWholeDayNs) * 1e-9);
}

std::vector<FoundGap> find_gaps(const CountSeries& series, const std::vector<double>& expected,
                                std::vector<bool>& gap) {
  std::vector<FoundGap> gaps;
  const std::size_t n = series.counts.size();
  gap.assign(n, false);
  const auto add = [&](std::size_t from, std::size_t to, bool silent) {
    for (std::size_t i = from; i < to; ++i) gap[i] = true;
    gaps.push_back(
        {{series.at_ns(from), series.bin.to_seconds() * static_cast<double>(to - from)}, silent});
  };
  for (std::size_t i = 0; i < n;) {
    std::size_t end = i;
    if (std::isnan(series.counts[i])) {
      while (end < n && std::isnan(series.counts[end])) ++end;
      add(i, end, false);
    } else if (series.counts[i] == 0) {
      double missed = 0;
      while (end < n && series.counts[end] == 0) missed += expected[end++];
      if (missed > kSilence) add(i, end, true);
    }
    i = std::max(i + 1, end);
  }
  return gaps;
}

TrafficFit fit_traffic(const CountSeries& series, double horizon_days) {
  return Fitter(series, horizon_days).fit();
}

}  // namespace lifeboat::scenarios
