// The report of a tally: figures with their intervals.
#include <algorithm>
#include <cmath>
#include <functional>

#include <fmt/format.h>

#include "reports/cost/cost.hpp"
#include "reports/seconds.hpp"
#include "reports/studies/tally.hpp"
#include "reports/text/words.hpp"
#include "sim/statistics/confidence.hpp"

namespace lifeboat::reports {

namespace {

QuantileReport quantile(const std::vector<sim::Histogram>& trials, double q, double confidence) {
  QuantileReport report;
  const auto estimate = sim::quantile_estimate(trials, {}, q, confidence);
  if (!estimate || estimate->beyond < kLeastBeyond) return report;
  report.value = estimate->value;
  if (estimate->trials > 1) {
    report.low = estimate->interval.low;
    report.high = estimate->interval.high;
  }
  return report;
}

LatencyReport latency_report(const sim::Histogram& pooled,
                             const std::vector<sim::Histogram>& trials, double confidence) {
  LatencyReport report;
  if (pooled.count() == 0) return report;
  report.mean_s = pooled.mean_seconds();
  std::vector<double> sums;
  std::vector<double> counts;
  for (const sim::Histogram& one : trials) {
    const auto count = static_cast<double>(one.count());
    sums.push_back(one.mean_seconds() * count);
    counts.push_back(count);
  }
  if (trials.size() > 1) {
    const sim::Estimate mean = sim::ratio_estimate(sums, counts, confidence);
    report.mean_low_s = mean.interval.low;
    report.mean_high_s = mean.interval.high;
  }
  report.p50 = quantile(trials, 0.5, confidence);
  report.p90 = quantile(trials, 0.9, confidence);
  report.p99 = quantile(trials, 0.99, confidence);
  if (const auto max = pooled.max()) report.max_s = seconds_of(*max);
  return report;
}

std::optional<double> quotient(double numerator, double denominator) {
  if (denominator <= 0) return std::nullopt;
  return numerator / denominator;
}

}  // namespace

Report Tally::report(double error) const {
  Report report;
  report.scenario = input_->scenario;
  report.title = input_->title;
  report.platform = input_->platform;
  report.strategy = input_->strategy;
  report.given = input_->given;
  report.seed = input_->options.seed;
  report.trials = trials();
  report.steady = input_->steady;
  report.confidence = 1 - 2 * error;
  report.ends_when_recovered = input_->ends_when_recovered;
  report.duration = input_->options.duration;
  report.has_faults = std::any_of(trials_.begin(), trials_.end(), [](const Trial& trial) {
    return trial.whole.outcome != RecoveryOutcome::kNoFault;
  });
  std::vector<std::uint64_t> draws;
  for (const Trial& trial : trials_) {
    draws.push_back(trial.draws);
    report.run.events += trial.events;
    TrialReport row;
    row.trial = trial.trial;
    row.whole = trial.whole;
    row.rpo_s = trial.loss.seconds;
    for (const ClassLoss& one : trial.loss.classes) row.lost += one.records.lost;
    report.trial_rows.push_back(row);
  }
  report.fingerprint = fingerprint_of(*input_, draws);
  std::vector<Verdict> verdicts;
  for (const ObjectiveJudge& judge : judges_) {
    report.objectives.push_back(judge.report(error));
    verdicts.push_back(report.objectives.back().verdict);
  }
  report.verdict = trials_.empty() && !judges_.empty() ? Verdict::kInconclusive : worst(verdicts);
  report_journeys(report, report.confidence);
  report_services(report);
  report_recovery(report, report.confidence);
  report_figures(report, report.confidence);
  report_findings(report);
  report_cost(report);
  return report;
}

void Tally::report_journeys(Report& report, double confidence) const {
  const sim::Network& network = *input_->network;
  for (std::size_t j = 0; j < journeys_.size(); ++j) {
    const sim::Journey& journey = network.journeys[j];
    const sim::JourneyResult& sum = journeys_[j].sum;
    JourneyReport row;
    row.name = journey.name;
    row.critical = journey.critical;
    row.followed = journey.followed;
    if (!journey.good_within.is_infinite()) row.good_within_s = seconds_of(journey.good_within);
    row.offered = sum.offered;
    row.succeeded = sum.succeeded;
    row.good = sum.good;
    row.failed = sum.failed;
    row.unfinished = sum.unfinished;
    row.came_back = sum.came_back;
    row.failed_by = sum.failed_by;
    for (std::size_t r = 0; r < std::min(sum.served_by.size(), network.regions.size()); ++r) {
      row.served_by.emplace_back(network.regions[r], sum.served_by[r]);
    }
    row.latency = latency_report(sum.latency, journeys_[j].latencies, confidence);
    const auto count = static_cast<double>(sum.offered);
    for (std::size_t s = 0; s < std::min(sum.wait_ns.size(), network.services.size()); ++s) {
      const std::uint64_t served = s < sum.service_ns.size() ? sum.service_ns[s] : 0;
      if (count <= 0 || (sum.wait_ns[s] == 0 && served == 0)) continue;
      row.where.push_back({network.services[s], static_cast<double>(sum.wait_ns[s]) * 1e-9 / count,
                           static_cast<double>(served) * 1e-9 / count});
    }
    if (!journeys_[j].rto_s.empty() && report.has_faults) {
      row.rto_p50_s = sample_quantile(journeys_[j].rto_s, 0.5);
      row.rto_p95_s = sample_quantile(journeys_[j].rto_s, 0.95);
    }
    report.journeys.push_back(std::move(row));
  }
}

StationReport Tally::report_station(const Station& station) const {
  StationReport report;
  report.arrivals = station.arrivals;
  report.rejected = station.rejected;
  report.utilization = quotient(sim::tree_sum(station.busy), sim::tree_sum(station.capacity));
  std::vector<double> lengths;
  for (const Trial& trial : trials_) lengths.push_back(trial.measured_s);
  const double queue = sim::tree_sum(station.queue);
  const double accepted = static_cast<double>(station.arrivals - station.rejected);
  report.mean_number_waiting = quotient(queue, sim::tree_sum(lengths)).value_or(0);
  report.mean_wait_s = quotient(queue, accepted);
  report.mean_sojourn_s = quotient(queue + sim::tree_sum(station.in_service), accepted);
  return report;
}

void Tally::report_services(Report& report) const {
  std::vector<double> lengths;
  for (const Trial& trial : trials_) lengths.push_back(trial.measured_s);
  const double measured = sim::tree_sum(lengths);
  for (std::size_t d = 0; d < deployments_.size(); ++d) {
    const Deployment& deployment = deployments_[d];
    const DeploymentView& view = input_->deployments[d];
    ServiceReport row;
    row.service = view.service;
    row.region = view.region;
    row.kind = view.kind;
    for (std::size_t s = 0; s < deployment.stations.size(); ++s) {
      const Station& station = deployment.stations[s];
      if (s == 0 && view.headline) {
        row.headline = report_station(station);
      } else {
        row.stations.emplace_back(station.name, report_station(station));
      }
    }
    if (view.tasks) {
      // Of processors, not of the places for requests.
      row.headline.utilization =
          quotient(sim::tree_sum(deployment.cpu_used), sim::tree_sum(deployment.cpu_reserved));
      row.running_tasks = quotient(sim::tree_sum(deployment.running), measured);
    }
    row.hit_ratio = quotient(static_cast<double>(deployment.hits),
                             static_cast<double>(deployment.hits + deployment.misses));
    const bool empty = !view.headline && row.stations.empty() && !view.tasks && !row.hit_ratio;
    if (!empty) report.services.push_back(std::move(row));
  }
}

void Tally::report_recovery(Report& report, double confidence) const {
  RecoveryReport& recovery = report.recovery;
  std::vector<double> rto;
  std::vector<double> rpo;
  std::vector<std::vector<PathStretch>> paths;
  for (const Trial& trial : trials_) {
    switch (trial.whole.outcome) {
      case RecoveryOutcome::kNoFault:
        break;
      case RecoveryOutcome::kNotBreached:
        ++recovery.not_breached;
        break;
      case RecoveryOutcome::kRecovered:
        ++recovery.recovered;
        break;
      case RecoveryOutcome::kAlreadyFailing:
        ++recovery.already_failing;
        break;
      case RecoveryOutcome::kCensored:
        ++recovery.censored;
        break;
    }
    if (trial.whole.outcome == RecoveryOutcome::kRecovered ||
        trial.whole.outcome == RecoveryOutcome::kNotBreached) {
      rto.push_back(seconds_of(trial.whole.rto));
    }
    recovery.relapsed += trial.whole.relapses > 0 ? 1 : 0;
    rpo.push_back(trial.loss.seconds);
    paths.push_back(trial.path);
  }
  recovery.rto = summary_of(rto, confidence);
  recovery.rpo = summary_of(rpo, confidence);
  recovery.critical_path = merge_paths(paths);
  if (trials_.empty()) return;
  recovery.hurt_most = harm_.rows(trials_.size());
  const auto choice = trial_to_show();
  for (const Trial& trial : trials_) {
    if (choice && trial.trial == choice->trial) recovery.timeline = trial.failover;
  }

  const auto over_trials = [&](const std::function<double(const TrialLoss&)>& read) {
    std::vector<double> values;
    for (const Trial& trial : trials_) values.push_back(read(trial.loss));
    return summary_of(values, confidence);
  };
  for (std::size_t s = 0; s < trials_.front().loss.stores.size(); ++s) {
    StoreLossReport store;
    store.store = trials_.front().loss.stores[s].store;
    store.seconds = over_trials([&](const TrialLoss& loss) { return loss.stores[s].seconds; });
    store.writes_lost = over_trials(
        [&](const TrialLoss& loss) { return static_cast<double>(loss.stores[s].writes); });
    store.any_opened = std::any_of(trials_.begin(), trials_.end(),
                                   [&](const Trial& t) { return t.loss.stores[s].opened; });
    recovery.stores.push_back(std::move(store));
  }
  for (std::size_t c = 0; c < trials_.front().loss.classes.size(); ++c) {
    ClassLossReport row;
    row.name = trials_.front().loss.classes[c].name;
    row.critical = trials_.front().loss.classes[c].critical;
    const auto count = [&](std::uint64_t sim::RecordLoss::*member) {
      return over_trials([&](const TrialLoss& loss) {
        return static_cast<double>(loss.classes[c].records.*member);
      });
    };
    row.lost = count(&sim::RecordLoss::lost);
    row.stranded = count(&sim::RecordLoss::stranded);
    row.torn = count(&sim::RecordLoss::torn);
    row.duplicate = count(&sim::RecordLoss::duplicate);
    const auto any = std::count_if(trials_.begin(), trials_.end(), [&](const Trial& t) {
      return t.loss.classes[c].records.lost > 0;
    });
    const sim::Interval chance =
        sim::chance_interval(static_cast<std::uint64_t>(any), trials_.size(), confidence);
    row.p_any_lost = static_cast<double>(any) / static_cast<double>(trials_.size());
    row.p_any_low = chance.low;
    row.p_any_high = chance.high;
    recovery.classes.push_back(std::move(row));
  }
}

void Tally::report_figures(Report& report, double confidence) const {
  if (trials_.empty()) return;
  std::vector<double> good;
  std::vector<double> offered;
  std::vector<double> minutes;
  for (const Trial& trial : trials_) {
    good.push_back(trial.good);
    offered.push_back(trial.offered);
    minutes.push_back(trial.bad_minutes);
  }
  const std::string note =
      report.given.empty() ? "no fault was injected" : "given: " + report.given;
  if (sim::tree_sum(offered) > 0) {
    const sim::Estimate share = sim::ratio_estimate(good, offered, confidence);
    FigureReport figure{"availability", "Availability", share.value, {}, {}, "share", note};
    if (trials() > 1) {
      const sim::Interval interval = possible_part(share.interval, true);
      figure.low = interval.low;
      figure.high = interval.high;
    }
    report.figures.push_back(std::move(figure));
  }
  const Summary bad = summary_of(minutes, confidence);
  report.figures.push_back({"bad-minutes", "Bad minutes", bad.mean, bad.low, bad.high, "min",
                            "minutes in which a critical journey was bad"});
}

void Tally::report_cost(Report& report) const {
  if (!input_->cost || !(used_.hours() > 0)) return;
  report.cost = cost_report(*input_->cost, used_, trials());
}

void Tally::report_findings(Report& report) const {
  report.findings = input_->findings;
  const auto add = [&](std::string severity, std::string code, std::string text) {
    report.findings.push_back({std::move(severity), std::move(code), std::move(text)});
  };
  const auto overloaded = std::count_if(trials_.begin(), trials_.end(),
                                        [](const Trial& trial) { return trial.overloaded; });
  if (overloaded > 0) {
    report.findings.push_back(overloaded_finding(static_cast<std::size_t>(overloaded), trials()));
  }
  if (report.recovery.already_failing > 0) {
    add("warning", "already-failing",
        fmt::format("In {} of {} trials a critical journey was bad before the fault: no recovery "
                    "time can be read from those.",
                    report.recovery.already_failing, trials()));
  }
  if (report.recovery.censored > 0) {
    add("warning", "not-recovered",
        fmt::format("{} of {} trials had not recovered by the end of the run.",
                    report.recovery.censored, trials()));
  }
  if (report.recovery.relapsed > 0) {
    add("info", "relapse",
        fmt::format("{} of {} trials were bad again after they had recovered.",
                    report.recovery.relapsed, trials()));
  }
  for (const std::string& start : starts_that_show_) {
    add("warning", "warm-up-shows", "The start still shows in the response time of " + start + ".");
  }
  if (trials() == 1 && !report.steady && !report.objectives.empty()) {
    add("info", "one-trial", "One trial gives no verdict: its luck may be rare.");
  }
  if (!input_->unsourced.empty()) {
    add("info", "unsourced-values",
        fmt::format("The figures rest on {} values without a published source.",
                    input_->unsourced.size()));
  }
}

}  // namespace lifeboat::reports
