#include "reports/studies/twin_study.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "models/io/document.hpp"
#include "scenarios/traffic/plan.hpp"
#include "scenarios/traffic/traffic.hpp"
#include "sim/network/builder.hpp"
#include "sim/random/math.hpp"
#include "sim/trial/trial.hpp"

namespace lifeboat::reports {

namespace {

namespace io = models::io;
using scenarios::CountSeries;
using scenarios::TrafficFit;
using sim::Duration;
using sim::Instant;
using Trials = std::vector<std::vector<std::uint32_t>>;

constexpr double kDaySeconds = 86'400;
constexpr std::int64_t kNsPerDay = 86'400'000'000'000;
constexpr std::size_t kDayCells = 24;
constexpr std::size_t kFewest = 20;    // bins of a part that is fitted or held back
constexpr std::size_t kCharted = 800;  // stretches of the chart, at most

/// The journey that nobody waits for: only its arrivals count.
std::shared_ptr<const sim::Network> arrivals_only(const scenarios::TrafficPlan& plan,
                                                  const std::string& stream) {
  sim::NetworkBuilder builder;
  static_cast<void>(builder.add_region("home"));
  sim::Journey journey;
  journey.name = stream;
  journey.plan = builder.declare_plan("journey." + stream, sim::DeploymentId{});
  sim::PlanBuilder root = builder.define(journey.plan);
  root.delay(builder.add_law(sim::Law::constant(Duration::nanoseconds(1))), "at once");
  root.finish();
  const sim::JourneyId id = builder.add_journey(journey);
  scenarios::add_sources(plan, {id}, {}, builder);
  return builder.build();
}

TwinFigure figure_of(double seen, std::vector<double> trials) {
  TwinFigure figure;
  figure.seen = seen;
  if (trials.empty()) return figure;
  for (const double value : trials) figure.expected += value / static_cast<double>(trials.size());
  std::sort(trials.begin(), trials.end());
  const auto at = [&](double share) {
    const double place = share * static_cast<double>(trials.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, trials.size() - 1);
    return trials[below] + (place - std::floor(place)) * (trials[above] - trials[below]);
  };
  figure.low = at((1 - kTwinBand) / 2);
  figure.high = at((1 + kTwinBand) / 2);
  return figure;
}

/// Compares, bin by bin of what is known.
class Checker {
 public:
  Checker(const CountSeries& series, const TrafficFit& fit, const Trials& trials)
      : series_(series), trials_(trials), width_s_(series.bin.to_seconds()) {
    for (std::size_t i = 0; i < series.counts.size(); ++i) {
      expected_.push_back(width_s_ * fit.rate_at(series.at_ns(i) + series.bin.count() / 2));
    }
    static_cast<void>(scenarios::find_gaps(series, expected_, gap_));
    for (std::size_t i = 0; i < series.counts.size(); ++i) known_ += gap_[i] ? 0 : 1;
  }

  TwinCheck check() {
    check_.from_ns = series_.start_ns;
    check_.to_ns = series_.at_ns(series_.counts.size());
    check_level();
    check_profile();
    check_dispersion();
    check_bins();
    return std::move(check_);
  }

 private:
  /// Sum over known bins of what `of` says of each.
  template <class Of>
  [[nodiscard]] double sum(const Of& of) const {
    double total = 0;
    for (std::size_t i = 0; i < series_.counts.size(); ++i) {
      if (!gap_[i]) total += of(i);
    }
    return total;
  }
  template <class Of>
  [[nodiscard]] std::vector<double> of_trials(const Of& of) const {
    std::vector<double> values;
    for (const auto& trial : trials_) values.push_back(of(trial));
    return values;
  }

  void check_level() {
    const double time = known_ * width_s_;
    if (!(time > 0)) return;
    const double seen = sum([&](std::size_t i) { return series_.counts[i]; }) / time;
    check_.level = figure_of(seen, of_trials([&](const auto& trial) {
                               return sum([&](std::size_t i) { return trial[i]; }) / time;
                             }));
  }

  void check_profile() {
    if (static_cast<double>(series_.counts.size()) * width_s_ < kDaySeconds ||
        series_.bin > Duration::hours(1)) {
      return;
    }
    std::vector<double> time(kDayCells, 0);
    std::vector<double> seen(kDayCells, 0);
    std::vector<double> expected(kDayCells, 0);
    std::vector<std::vector<double>> drawn(trials_.size(), std::vector<double>(kDayCells, 0));
    for (std::size_t i = 0; i < series_.counts.size(); ++i) {
      if (gap_[i]) continue;
      const std::int64_t middle = series_.at_ns(i) + series_.bin.count() / 2;
      const std::size_t cell =
          static_cast<std::size_t>((middle % kNsPerDay + kNsPerDay) % kNsPerDay / (kNsPerDay / 24));
      time[cell] += width_s_;
      seen[cell] += series_.counts[i];
      for (std::size_t t = 0; t < trials_.size(); ++t) {
        drawn[t][cell] += trials_[t][i];
        expected[cell] += trials_[t][i];
      }
    }
    double mean_seen = 0;
    double mean_expected = 0;
    for (std::size_t c = 0; c < kDayCells; ++c) {
      if (!(time[c] > 0)) return;
      seen[c] /= time[c];
      expected[c] /= time[c];
      mean_seen += seen[c] / kDayCells;
      mean_expected += expected[c] / kDayCells;
    }
    if (!(mean_seen > 0) || !(mean_expected > 0)) return;
    for (std::size_t c = 0; c < kDayCells; ++c) {
      const TwinDayCell cell{kDaySeconds / kDayCells * static_cast<double>(c), seen[c] / mean_seen,
                             expected[c] / mean_expected};
      check_.profile_error += std::fabs(cell.seen - cell.expected) / kDayCells;
      check_.flat_error += std::fabs(cell.seen - 1) / kDayCells;
      check_.day.push_back(cell);
    }
    check_chance(time, drawn);
  }

  /// The profile error that each trial would have had.
  void check_chance(const std::vector<double>& time, std::vector<std::vector<double>>& drawn) {
    for (std::vector<double>& cells : drawn) {
      double mean = 0;
      for (std::size_t c = 0; c < kDayCells; ++c) {
        cells[c] /= time[c];
        mean += cells[c] / kDayCells;
      }
      if (!(mean > 0)) continue;
      for (std::size_t c = 0; c < kDayCells; ++c) {
        check_.chance_error += std::fabs(cells[c] / mean - check_.day[c].expected) / kDayCells /
                               static_cast<double>(drawn.size());
      }
    }
  }

  /// Sum of squares about the expectation, brought to the counts' own level, over that expectation.
  template <class Count>
  [[nodiscard]] double index(std::size_t width, bool flat, const Count& count_of) const {
    double counts = 0;
    double means = 0;
    std::vector<std::pair<double, double>> windows;
    for (std::size_t at = 0; at + width <= series_.counts.size(); at += width) {
      double count = 0;
      double mean = 0;
      bool whole = true;
      for (std::size_t i = at; i < at + width && whole; ++i) {
        whole = !gap_[i];
        count += whole ? count_of(i) : 0;
        mean += flat ? 1 : expected_[i];
      }
      if (!whole) continue;
      windows.emplace_back(count, mean);
      counts += count;
      means += mean;
    }
    if (windows.size() < 4 || !(means > 0) || !(counts > 0)) return 0;
    double squares = 0;
    for (const auto& [count, mean] : windows) {
      const double off = count - mean * counts / means;
      squares += off * off;
    }
    return squares / counts;
  }

  void check_dispersion() {
    const double span = static_cast<double>(series_.counts.size()) * width_s_;
    double logs = 0;
    double flat_logs = 0;
    for (std::size_t width = 1; static_cast<double>(width) * width_s_ <= span / 8 &&
                                static_cast<double>(width) * width_s_ <= kDaySeconds / 2;
         width *= 2) {
      const double seen = index(width, false, [&](std::size_t i) { return series_.counts[i]; });
      if (!(seen > 0)) continue;
      TwinDispersion row;
      row.window_s = static_cast<double>(width) * width_s_;
      row.index =
          figure_of(seen, of_trials([&](const auto& trial) {
                      return index(width, false, [&](std::size_t i) -> double { return trial[i]; });
                    }));
      check_.dispersion.push_back(row);
      logs += std::fabs(sim::math::log(seen / row.index.expected));
      const double about_flat =
          index(width, true, [&](std::size_t i) { return series_.counts[i]; });
      flat_logs += std::fabs(sim::math::log(about_flat));  // a Poisson stream's index is 1
    }
    const auto rows = static_cast<double>(check_.dispersion.size());
    if (rows == 0) return;
    check_.dispersion_error = sim::math::exp(logs / rows);
    check_.flat_dispersion_error = sim::math::exp(flat_logs / rows);
  }

  void check_bins() {
    const std::size_t n = series_.counts.size();
    std::size_t width = 1;
    while (static_cast<double>(width) * width_s_ < 3600 && n / width > 100) ++width;
    while (n / width > kCharted) ++width;
    double inside = 0;
    double seen_bins = 0;
    for (std::size_t at = 0; at + width <= n; at += width) {
      TwinBin bin;
      bin.at_ns = series_.at_ns(at);
      double count = 0;
      bool whole = true;
      for (std::size_t i = at; i < at + width; ++i) {
        whole = whole && !gap_[i];
        count += gap_[i] ? 0 : series_.counts[i];
      }
      const double time = width_s_ * static_cast<double>(width);
      bin.rate = figure_of(count / time, of_trials([&](const auto& trial) {
                             double sum = 0;
                             for (std::size_t i = at; i < at + width; ++i) sum += trial[i];
                             return sum / time;
                           }));
      if (whole) {
        bin.seen = count / time;
        seen_bins += 1;
        inside += bin.rate.covers() ? 1 : 0;
      }
      check_.bins.push_back(bin);
    }
    check_.covered = seen_bins > 0 ? inside / seen_bins : 0;
  }

  const CountSeries& series_;
  const Trials& trials_;
  double width_s_;
  std::vector<double> expected_;
  std::vector<bool> gap_;
  double known_ = 0;
  TwinCheck check_;
};

bool has_count(const CountSeries& series) {
  return std::any_of(series.counts.begin(), series.counts.end(),
                     [](double count) { return count > 0; });
}

double days_of(const CountSeries& series) {
  return series.bin.to_seconds() * static_cast<double>(series.counts.size()) / kDaySeconds;
}

void add_check(Twin& twin, const TwinOptions& options, const StudyProgress& progress) {
  const CountSeries& series = twin.series;
  const std::size_t n = series.counts.size();
  const auto split =
      static_cast<std::size_t>(std::llround((1 - options.hold_back) * static_cast<double>(n)));
  if (options.hold_back <= 0) {
    twin.no_check = "nothing was held back";
    return;
  }
  if (split < kFewest || n - split < kFewest) {
    twin.no_check = "the trace is too short to hold a part back";
    return;
  }
  const CountSeries first = series.part(0, split);
  const CountSeries rest = series.part(split, n);
  if (!has_count(first) || !has_count(rest)) {
    twin.no_check = "one of the parts has no request";
    return;
  }
  const TrafficFit fit = scenarios::fit_traffic(first, days_of(rest));
  const scenarios::TwinNames names{options.names.stream, {}, {}, std::nullopt};
  const std::string text = scenarios::traffic_text(fit, {}, names, rest.start_ns);
  const Trials trials =
      simulate_traffic(text, names.stream, rest.bin, rest.counts.size(), options, progress);
  if (options.interrupted != nullptr && options.interrupted->load()) {
    twin.interrupted = true;
    twin.no_check = "the check was interrupted";
    return;
  }
  twin.check = check_twin(rest, fit, trials);
}

}  // namespace

Trials simulate_traffic(const std::string& traffic, const std::string& stream, Duration bin,
                        std::size_t bins, const TwinOptions& options,
                        const StudyProgress& progress) {
  io::Problems problems;
  const auto document = io::Document::parse_text(traffic, "traffic.json", problems);
  if (!document) throw std::logic_error("the twin's traffic: " + problems.lines().front());
  const scenarios::Traffic read = scenarios::read_traffic(document->root(), false, problems);
  const auto clock = scenarios::own_clock(read, std::nullopt).value_or(io::Calendar());
  const Duration length = bin * static_cast<std::int64_t>(bins);
  const Instant end = Instant::origin() + length;
  const scenarios::Horizon horizon{Instant::origin(), end + Duration::minutes(1), length};
  const scenarios::TrafficTargets targets{{stream}, {false}, {}};
  const auto plan = scenarios::plan_traffic(read, clock, horizon, targets, problems);
  if (problems.has_errors()) {
    throw std::logic_error("the twin's traffic: " + problems.lines().front());
  }
  const auto network = arrivals_only(plan, stream);
  sim::RunOptions run;
  run.seed = options.seed;
  run.duration = length;
  run.follow = Duration::seconds(1);
  run.bin = bin;
  run.quantile_bin = Duration::infinite();
  run.interrupted = options.interrupted;
  if (progress.plan) progress.plan(options.trials, false);
  Trials trials;
  const auto keep = [&](sim::TrialResult&& result) {
    if (options.interrupted != nullptr && options.interrupted->load()) return false;
    std::vector<std::uint32_t>& counts = trials.emplace_back(bins, 0U);
    const auto& seen = result.journeys.front().bins;
    for (std::size_t i = 0; i < std::min(bins, seen.size()); ++i) counts[i] = seen[i].offered;
    return true;
  };
  sim::run_trials(*network, run, 0, options.trials, options.jobs, keep, progress.advance);
  return trials;
}

TwinCheck check_twin(const CountSeries& series, const TrafficFit& fit, const Trials& trials) {
  return Checker(series, fit, trials).check();
}

Twin make_twin(std::string file, const CountSeries& series, const TwinOptions& options,
               const StudyProgress& progress) {
  Twin twin;
  twin.file = std::move(file);
  twin.stream = options.names.stream;
  twin.series = series;
  twin.hold_back = options.hold_back;
  twin.changes = options.changes;
  twin.seed = options.seed;
  twin.trials = options.trials;
  add_check(twin, options, progress);
  const double ahead = std::max(1.0, days_of(series) * std::max(options.hold_back, 0.1));
  twin.fit = scenarios::fit_traffic(series, ahead);
  // From the midnight on that follows the trace: the first day that it has not seen.
  std::optional<std::int64_t> start;
  if (series.dated) {
    const std::int64_t end = series.at_ns(series.counts.size());
    start = (end + kNsPerDay - 1) / kNsPerDay * kNsPerDay;
  }
  twin.traffic = scenarios::traffic_text(twin.fit, options.changes, options.names, start);
  return twin;
}

}  // namespace lifeboat::reports
