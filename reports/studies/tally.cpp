#include "reports/studies/tally.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "reports/recovery/failover.hpp"
#include "reports/seconds.hpp"
#include "reports/text/words.hpp"
#include "sim/random/luck.hpp"
#include "sim/statistics/mser.hpp"

namespace lifeboat::reports {

using sim::Duration;
using sim::Instant;

namespace {

void add_counts(sim::JourneyResult& sum, const sim::JourneyResult& one) {
  sum.offered += one.offered;
  sum.succeeded += one.succeeded;
  sum.good += one.good;
  sum.failed += one.failed;
  sum.unfinished += one.unfinished;
  sum.came_back += one.came_back;
  for (std::size_t c = 0; c < sum.failed_by.size(); ++c) sum.failed_by[c] += one.failed_by[c];
  const auto add = [](std::vector<std::uint64_t>& into, const std::vector<std::uint64_t>& from) {
    into.resize(std::max(into.size(), from.size()), 0);
    for (std::size_t i = 0; i < from.size(); ++i) into[i] += from[i];
  };
  add(sum.served_by, one.served_by);
  add(sum.wait_ns, one.wait_ns);
  add(sum.service_ns, one.service_ns);
  sum.latency.merge(one.latency);
}

/// Bad requests of the critical journeys in the stretch after the last acting row.
BadBy bad_after(const TrialView& view, Instant from, Instant to) {
  BadBy sum;
  for (const std::size_t j : critical_journeys(*view.input->network)) {
    if (j >= view.result->journeys.size()) continue;
    const BadBy one = bad_between(view.result->journeys[j].bins, view.result->bin, from, to);
    for (std::size_t c = 0; c < sum.cause.size(); ++c) sum.cause[c] += one.cause[c];
    sum.late += one.late;
  }
  return sum;
}

}  // namespace

std::vector<PathStretch> path_of(const TrialView& view, std::span<const FailoverRow> rows) {
  if (view.whole.outcome != RecoveryOutcome::kRecovered) return {};
  const FailoverRow* last = last_acting(rows, view.whole.recovered_at);
  const Instant from = last != nullptr ? last->end : view.whole.fault_at;
  const BadBy bad = bad_after(view, from, view.whole.recovered_at);
  return critical_path(rows, view.whole.fault_at, view.whole.recovered_at,
                       name_of_last_stretch(bad));
}

Tally::Tally(const RunInput& input)
    : input_(&input), used_(input.cost ? input.cost->plan_rates : std::vector<double>{}) {
  journeys_.resize(input.network->journeys.size());
  for (const DeploymentView& view : input.deployments) {
    Deployment deployment;
    const auto add = [&](const std::string& name, sim::StationId id) {
      Station station;
      station.name = name;
      station.id = id;
      deployment.stations.push_back(std::move(station));
    };
    if (view.headline) add("", *view.headline);
    for (const auto& [name, id] : view.stations) add(name, id);
    deployments_.push_back(std::move(deployment));
  }
  judges_.reserve(input.objectives.size());
  for (const auto& objective : input.objectives) judges_.emplace_back(input, objective);
}

void Tally::add(const sim::TrialResult& result) {
  const TrialView view = view_of(*input_, result);
  if (trials_.empty()) find_start_that_shows(result);
  add_journeys(view);
  add_deployments(result);
  add_trial(view);
  if (input_->cost) used_.add(result);
  for (ObjectiveJudge& judge : judges_) judge.add(view);
}

void Tally::look(double error) {
  for (ObjectiveJudge& judge : judges_) judge.look(error);
}

bool Tally::all_settled() const {
  return std::all_of(judges_.begin(), judges_.end(),
                     [](const ObjectiveJudge& judge) { return judge.settled(); });
}

std::uint32_t Tally::trials() const { return static_cast<std::uint32_t>(trials_.size()); }

void Tally::add_journeys(const TrialView& view) {
  const auto& results = view.result->journeys;
  for (std::size_t j = 0; j < std::min(journeys_.size(), results.size()); ++j) {
    add_counts(journeys_[j].sum, results[j]);
    journeys_[j].latencies.push_back(results[j].latency);
    const Recovery& recovery = view.journeys[j];
    if (recovery.outcome == RecoveryOutcome::kRecovered ||
        recovery.outcome == RecoveryOutcome::kNotBreached) {
      journeys_[j].rto_s.push_back(seconds_of(recovery.rto));
    }
  }
}

void Tally::add_deployments(const sim::TrialResult& result) {
  for (std::size_t d = 0; d < deployments_.size(); ++d) {
    Deployment& deployment = deployments_[d];
    const DeploymentView& view = input_->deployments[d];
    for (Station& station : deployment.stations) {
      if (station.id.index() >= result.stations.size()) continue;
      const sim::StationResult& one = result.stations[station.id.index()];
      station.arrivals += one.arrivals;
      station.rejected += one.rejected;
      station.busy.push_back(one.busy_server_seconds);
      station.capacity.push_back(one.capacity_seconds);
      station.queue.push_back(one.queue_seconds);
      station.in_service.push_back(one.in_service_seconds);
    }
    if (view.tasks && view.tasks->index() < result.groups.size()) {
      const sim::GroupResult& group = result.groups[view.tasks->index()];
      deployment.cpu_used.push_back(group.cpu_used_seconds);
      deployment.cpu_reserved.push_back(group.cpu_reserved_seconds);
      deployment.running.push_back(group.running_task_seconds);
    }
    for (const sim::CacheId cache : view.caches) {
      if (cache.index() >= result.caches.size()) continue;
      deployment.hits += result.caches[cache.index()].hits;
      deployment.misses += result.caches[cache.index()].misses;
    }
  }
}

void Tally::add_trial(const TrialView& view) {
  Trial trial;
  trial.trial = view.result->trial;
  trial.draws = view.result->draws;
  trial.measured_s = seconds_of(view.result->measured);
  trial.whole = view.whole;
  trial.loss = view.loss;
  trial.failover = failover_rows(view.result->events);
  trial.path = path_of(view, trial.failover);
  mark_critical(trial.failover, trial.path);
  trial.overloaded = view.result->overloaded;
  trial.events = view.result->engine_events;
  std::vector<std::span<const sim::ArrivalBin>> critical;
  const std::vector<PathStretch> stretches = stretches_of(view.whole, trial.path, view.end);
  for (const std::size_t j : entry_journeys(*input_->network)) {
    if (j >= view.result->journeys.size()) continue;
    harm_.add(view.result->journeys[j].bins, view.result->bin, stretches);
    trial.good += static_cast<double>(view.result->journeys[j].good);
    trial.offered += static_cast<double>(view.result->journeys[j].offered);
  }
  for (const std::size_t j : critical_journeys(*input_->network)) {
    if (j < view.result->journeys.size()) critical.emplace_back(view.result->journeys[j].bins);
  }
  trial.bad_minutes = bad_minutes(critical, view.result->bin, view.end, input_->recovery);
  trials_.push_back(std::move(trial));
}

/// Standard errors: pure noise, whose best cut is chosen by its own luck, passes this once in 50
/// series of an hour (held by the tests of MSER-5).
constexpr double kShiftThatShows = 5;

void Tally::find_start_that_shows(const sim::TrialResult& result) {
  // Only where nothing else moves the series: traffic that grows is no start-up effect.
  if (!input_->steady) return;
  for (std::size_t j = 0; j < result.journeys.size(); ++j) {
    std::vector<double> means;
    for (const sim::Histogram& bin : result.journeys[j].latency_bins) {
      if (bin.count() > 0) means.push_back(bin.mean_seconds());
    }
    const sim::Truncation start = sim::mser5(means);
    if (start.settled && start.cut > means.size() / 20 && start.shift > kShiftThatShows) {
      const double seconds =
          static_cast<double>(start.cut) * seconds_of(input_->options.quantile_bin);
      starts_that_show_.push_back(fmt::format("{} (leaving out the first {} would help)",
                                              input_->network->journeys[j].name,
                                              duration_words(seconds)));
    }
  }
}

std::optional<Tally::Choice> Tally::trial_to_show() const {
  if (trials_.empty()) return std::nullopt;
  // Not recovered is later than any time; trials without a fault are all alike.
  std::vector<std::pair<double, std::size_t>> times;
  bool any_fault = false;
  for (std::size_t i = 0; i < trials_.size(); ++i) {
    const Recovery& whole = trials_[i].whole;
    const bool open = whole.outcome == RecoveryOutcome::kCensored ||
                      whole.outcome == RecoveryOutcome::kAlreadyFailing;
    any_fault = any_fault || whole.outcome != RecoveryOutcome::kNoFault;
    times.emplace_back(open ? 1e18 : seconds_of(whole.rto), i);
  }
  if (!any_fault) return Choice{trials_.front().trial, "the first trial"};
  std::sort(times.begin(), times.end());
  const std::size_t median = times[(times.size() - 1) / 2].second;
  return Choice{trials_[median].trial, "the trial of median RTO"};
}

Finding overloaded_finding(std::size_t overloaded, std::size_t trials) {
  return {"warning", "overloaded",
          fmt::format("{} of {} trials ended early: more requests were in flight than the memory "
                      "budget allows. Their figures cover the time before that.",
                      overloaded, trials)};
}

std::string fingerprint_of(const RunInput& input, const std::vector<std::uint64_t>& draws) {
  std::uint64_t hash = sim::hash_name("lifeboat/fingerprint/1");
  for (const auto& [name, text] : input.inputs) {
    hash = sim::mix(hash, sim::hash_name(name));
    hash = sim::mix(hash, sim::hash_name(text));
  }
  hash = sim::mix(hash, input.options.seed);
  for (const std::uint64_t one : draws) hash = sim::mix(hash, one);
  return fmt::format("{:016x}", hash);
}

}  // namespace lifeboat::reports
