// What one trial says of an objective's figure.
#include <algorithm>
#include <cmath>
#include <limits>

#include "reports/cost/cost.hpp"
#include "reports/seconds.hpp"
#include "reports/verdict/judge.hpp"
#include "reports/verdict/shortfall.hpp"

namespace lifeboat::reports {

using scenarios::Objective;
using sim::Duration;
using sim::Instant;
using Measure = Objective::Measure;
using Subject = Objective::Subject;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

bool covers_the_run(const Windows& windows, const TrialView& trial) {
  return windows.size() == 1 && windows[0].from <= Instant::origin() && windows[0].to >= trial.end;
}

double length_of(const Windows& windows) {
  double seconds = 0;
  for (const Window& window : windows) seconds += seconds_of(window.to - window.from);
  return seconds;
}

Sample ratio(double numerator, double denominator) {
  Sample sample;
  sample.numerator = numerator;
  sample.denominator = denominator;
  if (denominator > 0) sample.value = numerator / denominator;
  return sample;
}

Sample single(double value) {
  Sample sample;
  sample.value = value;
  return sample;
}

/// A recovery as a value: its time, at least that where it is censored.
Sample recovery_sample(const Recovery& recovery) {
  Sample sample = single(seconds_of(recovery.rto));
  sample.unsettled = recovery.outcome == RecoveryOutcome::kCensored ||
                     recovery.outcome == RecoveryOutcome::kAlreadyFailing;
  if (recovery.outcome == RecoveryOutcome::kAlreadyFailing) sample.value.reset();
  return sample;
}

Sample loss_sample(const Objective& objective, const TrialLoss& loss) {
  if (objective.name.empty()) return single(loss.seconds);
  for (const ClassLoss& one : loss.classes) {
    if (one.name != objective.name) continue;
    return single(objective.subject == Subject::kLost ? static_cast<double>(one.records.lost)
                                                      : one.seconds);
  }
  for (const StoreLoss& store : loss.stores) {
    if (store.store == objective.name) return single(store.seconds);
  }
  return {};
}

/// Requests of the journeys that arrived in the windows.
Arrivals sum_of(const TrialView& trial, const std::vector<std::size_t>& journeys,
                const Windows& windows, Duration width) {
  Arrivals sum;
  for (const std::size_t j : journeys) {
    const Arrivals one = arrivals_in(*trial.result, j, windows, width);
    sum.offered += one.offered;
    sum.succeeded += one.succeeded;
    sum.good += one.good;
    sum.failed += one.failed;
  }
  return sum;
}

sim::Histogram latencies(const TrialView& trial, std::size_t journey, const Windows& windows) {
  if (covers_the_run(windows, trial)) return trial.result->journeys[journey].latency;
  return latencies_in(*trial.result, journey, windows, trial.input->options.quantile_bin);
}

Sample latency_sample(const Objective& objective, const std::vector<std::size_t>& rows,
                      const TrialView& trial, const Windows& windows) {
  const std::size_t journey = rows.front();
  if (journey >= trial.result->journeys.size()) return {};
  Sample sample;
  sample.latencies = latencies(trial, journey, windows);
  if (objective.measure == Measure::kMean) {
    return ratio(sample.latencies.mean_seconds() * static_cast<double>(sample.latencies.count()),
                 static_cast<double>(sample.latencies.count()));
  }
  if (objective.measure == Measure::kMax) {
    const auto max = sample.latencies.max();
    return max ? single(seconds_of(*max)) : Sample{};
  }
  // What arrived and was not answered well is infinitely slow.
  const bool whole = covers_the_run(windows, trial);
  const Arrivals arrived =
      whole ? Arrivals{} : sum_of(trial, {journey}, windows, trial.input->options.quantile_bin);
  const auto& all = trial.result->journeys[journey];
  sample.infinite =
      whole ? all.offered - std::min(all.offered, all.succeeded)
            : static_cast<std::uint64_t>(std::max(0.0, arrived.offered - arrived.succeeded));
  const double slow = sample.latencies.count_above(Duration::from_seconds(objective.threshold));
  sample.numerator = slow + static_cast<double>(sample.infinite);
  sample.denominator =
      static_cast<double>(sample.latencies.count()) + static_cast<double>(sample.infinite);
  const auto q = sample.latencies.quantile_with_infinite(objective.quantile, sample.infinite);
  if (q) sample.value = q->is_infinite() ? kInfinity : seconds_of(*q);
  return sample;
}

/// Minutes of a task group that lie in the windows.
std::vector<sim::GroupMinute> minutes_in(const sim::GroupResult& group, const Windows& windows) {
  std::vector<sim::GroupMinute> minutes;
  for (std::size_t i = 0; i < group.minutes.size(); ++i) {
    if (in_windows(windows, Duration::minutes(1), i)) minutes.push_back(group.minutes[i]);
  }
  return minutes;
}

/// The largest mean utilization over `length` minutes in a row.
double busiest(const std::vector<sim::GroupMinute>& minutes, std::size_t length) {
  double worst = 0;
  double used = 0;
  double reserved = 0;
  for (std::size_t i = 0; i < minutes.size(); ++i) {
    used += static_cast<double>(minutes[i].cpu_used);
    reserved += static_cast<double>(minutes[i].cpu_reserved);
    if (i >= length) {
      used -= static_cast<double>(minutes[i - length].cpu_used);
      reserved -= static_cast<double>(minutes[i - length].cpu_reserved);
    }
    if (i + 1 >= length && reserved > 1e-9) worst = std::max(worst, used / reserved);
  }
  return worst;
}

Sample group_sample(const Objective& objective, const sim::GroupResult& group,
                    const Windows& windows) {
  const auto minutes = minutes_in(group, windows);
  if (objective.measure == Measure::kShortfallMinutes) {
    return single(static_cast<double>(std::count_if(minutes.begin(), minutes.end(), falls_short)));
  }
  if (objective.window) {
    return single(
        busiest(minutes, static_cast<std::size_t>(*objective.window / Duration::minutes(1))));
  }
  Sample sum;
  for (const sim::GroupMinute& minute : minutes) {
    sum.numerator +=
        static_cast<double>(objective.measure == Measure::kQueue ? minute.queued : minute.cpu_used);
    sum.denominator +=
        objective.measure == Measure::kQueue ? 1 : static_cast<double>(minute.cpu_reserved);
  }
  return ratio(sum.numerator, sum.denominator);
}

Sample station_sample(const Objective& objective, const sim::StationResult& station,
                      double seconds) {
  const auto accepted = static_cast<double>(station.arrivals - station.rejected);
  switch (objective.measure) {
    case Measure::kUtilization:
      return ratio(station.busy_server_seconds, station.capacity_seconds);
    case Measure::kQueue:
      return ratio(station.queue_seconds, seconds);
    case Measure::kErrors:
      return ratio(static_cast<double>(station.rejected), static_cast<double>(station.arrivals));
    case Measure::kMean:
      return ratio(station.queue_seconds + station.in_service_seconds, accepted);
    case Measure::kNone:
    case Measure::kMax:
    case Measure::kQuantile:
    case Measure::kBacklogAge:
    case Measure::kShortfallMinutes:
      break;
  }
  return {};
}

Sample service_sample(const Objective& objective, const std::vector<std::size_t>& rows,
                      const TrialView& trial, const Windows& windows) {
  Sample sum;
  for (const std::size_t row : rows) {
    const DeploymentView& deployment = trial.input->deployments[row];
    const bool by_group = deployment.tasks && (objective.measure == Measure::kUtilization ||
                                               objective.measure == Measure::kQueue ||
                                               objective.measure == Measure::kShortfallMinutes);
    Sample one;
    if (objective.measure == Measure::kBacklogAge) {
      for (const sim::BufferId buffer : deployment.buffers) {
        sum.latencies.merge(trial.result->buffers[buffer.index()].age);
      }
    } else if (by_group) {
      one = group_sample(objective, trial.result->groups[deployment.tasks->index()], windows);
    } else if (deployment.headline) {
      one = station_sample(objective, trial.result->stations[deployment.headline->index()],
                           length_of(windows));
    }
    sum.numerator += one.numerator;
    sum.denominator += one.denominator;
    if (!one.value) continue;
    // Those who wait in several regions wait in all; of the busiest minutes the worst counts.
    sum.value = objective.measure == Measure::kQueue ? sum.value.value_or(0) + *one.value
                                                     : std::max(sum.value.value_or(0), *one.value);
  }
  if (objective.measure == Measure::kBacklogAge) {
    const double slow = sum.latencies.count_above(Duration::from_seconds(objective.threshold));
    sum.numerator = slow;
    sum.denominator = static_cast<double>(sum.latencies.count());
    if (const auto q = sum.latencies.quantile(objective.quantile)) sum.value = seconds_of(*q);
  } else if (sum.denominator > 0 && objective.measure != Measure::kQueue) {
    sum.value = sum.numerator / sum.denominator;
  }
  return sum;
}

double bad_minutes_of(const TrialView& trial) {
  std::vector<std::span<const sim::ArrivalBin>> series;
  for (const std::size_t j : critical_journeys(*trial.input->network)) {
    if (j < trial.result->journeys.size()) series.emplace_back(trial.result->journeys[j].bins);
  }
  return bad_minutes(series, trial.result->bin, trial.end, trial.input->recovery);
}

}  // namespace

Sample sample_of(const Objective& objective, const std::vector<std::size_t>& rows,
                 const TrialView& trial, const Windows& windows) {
  switch (objective.subject) {
    case Subject::kAvailability: {
      const Arrivals sum = sum_of(trial, rows, windows, trial.result->bin);
      return ratio(sum.good, sum.offered);
    }
    case Subject::kErrors: {
      const Arrivals sum = sum_of(trial, rows, windows, trial.result->bin);
      return ratio(sum.failed, sum.offered);
    }
    case Subject::kRto:
      return recovery_sample(objective.name.empty() ? trial.whole : trial.journeys[rows.front()]);
    case Subject::kRpo:
    case Subject::kLost:
      return loss_sample(objective, trial.loss);
    case Subject::kBadMinutes:
      return single(bad_minutes_of(trial));
    case Subject::kCost: {
      const RunInput& input = *trial.input;
      const auto cost = input.cost ? monthly_usd(*input.cost, *trial.result) : std::nullopt;
      return cost ? single(*cost) : Sample{};
    }
    case Subject::kJourney: {
      if (objective.measure != Measure::kErrors) {
        return latency_sample(objective, rows, trial, windows);
      }
      const Arrivals sum = sum_of(trial, rows, windows, trial.result->bin);
      return ratio(sum.failed, sum.offered);
    }
    case Subject::kService:
      return service_sample(objective, rows, trial, windows);
  }
  return {};
}

}  // namespace lifeboat::reports
