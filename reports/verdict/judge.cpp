#include "reports/verdict/judge.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "reports/text/words.hpp"
#include "sim/statistics/batch_means.hpp"

namespace lifeboat::reports {

using scenarios::Objective;
using Measure = Objective::Measure;
using Subject = Objective::Subject;

namespace {

constexpr double kUsualShare = 0.95;  // of trials, where an objective on chances does not say
constexpr std::size_t kBatches = 20;

bool takes_equal(const Objective& objective) {
  return objective.compare == Objective::Compare::kLessOrEqual ||
         objective.compare == Objective::Compare::kGreaterOrEqual;
}

Figure::Way way_of(const Objective& objective) {
  if (objective.share_of_trials || objective.subject == Subject::kRto ||
      objective.subject == Subject::kRpo || objective.subject == Subject::kLost) {
    return Figure::Way::kChance;
  }
  if (objective.measure == Measure::kQuantile || objective.measure == Measure::kBacklogAge) {
    return Figure::Way::kQuantile;
  }
  if (objective.subject == Subject::kBadMinutes || objective.subject == Subject::kCost ||
      objective.measure == Measure::kMax || objective.measure == Measure::kQueue ||
      objective.measure == Measure::kShortfallMinutes || objective.window) {
    return Figure::Way::kMean;
  }
  return Figure::Way::kRatio;
}

std::optional<double> finite(double value) {
  if (std::isfinite(value)) return value;
  return std::nullopt;
}

sim::Estimate ratio_of(const std::vector<double>& numerators,
                       const std::vector<double>& denominators, double confidence,
                       Figure::Samples samples) {
  return samples == Figure::Samples::kBatches
             ? sim::ratio_estimate_from_batches(numerators, denominators, confidence)
             : sim::ratio_estimate(numerators, denominators, confidence);
}

Windows intersection(const Windows& a, const Windows& b) {
  Windows both;
  for (const Window& x : a) {
    for (const Window& y : b) {
      const Window cut{std::max(x.from, y.from), std::min(x.to, y.to)};
      if (cut.from < cut.to) both.push_back(cut);
    }
  }
  return both;
}

}  // namespace

bool wants_less(const Objective& objective) {
  return objective.compare == Objective::Compare::kLess ||
         objective.compare == Objective::Compare::kLessOrEqual;
}

std::vector<Figure> figures_of(const RunInput& input, const Objective& objective) {
  std::vector<Figure> figures;
  const auto& journeys = input.network->journeys;
  switch (objective.subject) {
    case Subject::kAvailability:
    case Subject::kErrors:
      figures.emplace_back(objective, "", entry_journeys(*input.network));
      break;
    case Subject::kRto:
    case Subject::kJourney:
      for (std::size_t j = 0; j < journeys.size(); ++j) {
        if (objective.name == "*" || objective.name == journeys[j].name) {
          figures.emplace_back(objective, journeys[j].name, std::vector<std::size_t>{j});
        }
      }
      if (objective.name.empty()) figures.emplace_back(objective, "", std::vector<std::size_t>{});
      break;
    case Subject::kRpo:
    case Subject::kLost:
    case Subject::kBadMinutes:
    case Subject::kCost:
      figures.emplace_back(objective, objective.name, std::vector<std::size_t>{});
      break;
    case Subject::kService: {
      std::vector<std::string> services;
      for (const DeploymentView& deployment : input.deployments) {
        const bool named = objective.name == "*" || objective.name == deployment.service;
        const bool there = objective.region.empty() || objective.region == deployment.region;
        const bool known =
            std::find(services.begin(), services.end(), deployment.service) != services.end();
        if (named && there && !known) services.push_back(deployment.service);
      }
      for (const std::string& service : services) {
        std::vector<std::size_t> rows;
        for (std::size_t d = 0; d < input.deployments.size(); ++d) {
          const DeploymentView& deployment = input.deployments[d];
          if (deployment.service == service &&
              (objective.region.empty() || objective.region == deployment.region)) {
            rows.push_back(d);
          }
        }
        figures.emplace_back(objective, service, std::move(rows));
      }
      break;
    }
  }
  return figures;
}

bool is_settled(Figure::Way way, const Sample& sample) {
  switch (way) {
    case Figure::Way::kChance:
    case Figure::Way::kMean:
      return sample.value && std::isfinite(*sample.value) && !sample.unsettled;
    case Figure::Way::kRatio:
    case Figure::Way::kQuantile:
      return sample.denominator > 0;
  }
  return false;
}

std::string_view unit_of(const Objective& objective) {
  switch (objective.unit) {
    case Objective::Unit::kShare:
      return "share";
    case Objective::Unit::kSeconds:
      return "s";
    case Objective::Unit::kMinutes:
      return "min";
    case Objective::Unit::kCount:
      return "count";
    case Objective::Unit::kUsd:
      return "USD/month";
  }
  return "";
}

Figure::Figure(const Objective& objective, std::string subject, std::vector<std::size_t> rows)
    : objective_(&objective),
      subject_(std::move(subject)),
      rows_(std::move(rows)),
      way_(way_of(objective)) {}

ObjectiveReport Figure::judge(double error, Samples samples) const {
  ObjectiveReport report;
  report.objective = objective_->text;
  report.subject = subject_;
  report.unit = unit_of(*objective_);
  report.threshold = objective_->threshold;
  report.confidence = 1 - 2 * error;
  switch (way_) {
    case Way::kChance:
      judge_chance_into(report, error);
      break;
    case Way::kQuantile:
      judge_quantile_into(report, error, samples);
      break;
    case Way::kRatio:
    case Way::kMean:
      judge_mean_into(report, error, samples);
      break;
  }
  return report;
}

void Figure::judge_chance_into(ObjectiveReport& report, double error) const {
  Chance seen;
  std::vector<double> settled;
  std::vector<double> all;
  for (const Sample& sample : samples_) {
    ++seen.trials;
    if (!sample.value) {
      if (sample.unsettled) ++seen.unsettled;
      continue;
    }
    all.push_back(sample.unsettled ? std::numeric_limits<double>::infinity() : *sample.value);
    // A lower bound that is beyond the threshold already settles it.
    const bool meets = objective_->met_by(*sample.value);
    if (sample.unsettled && meets == wants_less(*objective_)) {
      ++seen.unsettled;
    } else {
      seen.met += meets ? 1 : 0;
    }
    if (!sample.unsettled && std::isfinite(*sample.value)) settled.push_back(*sample.value);
  }
  const double needed = objective_->share_of_trials.value_or(kUsualShare);
  const ChanceVerdict judged = judge_chance(seen, needed, error);
  report.verdict = judged.verdict;
  report.trials_to_settle = judged.trials_to_settle;
  report.share_needed = needed;
  if (seen.trials > 0) {
    report.share_met = judged.share;
    report.share_low = judged.share_low;
  }
  if (!settled.empty()) {
    const Summary summary = summary_of(settled, 1 - 2 * error);
    report.estimate = summary.mean;
    report.low = summary.low;
    report.high = summary.high;
  }
  if (!all.empty()) {
    report.p50 = finite(sample_quantile(all, 0.5));
    report.p95 = finite(sample_quantile(all, 0.95));
  }
  report.reason = fmt::format("{} of {} trials met it", seen.met, seen.trials);
  if (seen.unsettled > 0) report.reason += fmt::format(", {} not settled", seen.unsettled);
  if (report.verdict == Verdict::kMissed) {
    report.reason += fmt::format("; {} are needed and at most {} would", share_words(needed),
                                 share_words(judged.share_high));
  } else {
    report.reason += fmt::format("; that shows {} ({} needed)", share_words(judged.share_low),
                                 share_words(needed));
  }
  if (report.trials_to_settle) {
    report.reason += fmt::format("; {} trials would settle it", *report.trials_to_settle);
  }
}

void Figure::judge_quantile_into(ObjectiveReport& report, double error, Samples samples) const {
  std::vector<double> beyond;
  std::vector<double> counted;
  std::vector<sim::Histogram> latencies;
  std::vector<std::uint64_t> infinite;
  for (const Sample& sample : samples_) {
    if (sample.denominator <= 0) continue;
    beyond.push_back(sample.numerator);
    counted.push_back(sample.denominator);
    latencies.push_back(sample.latencies);
    infinite.push_back(sample.infinite);
  }
  const double q = objective_->quantile;
  const auto shown = sim::quantile_estimate(latencies, infinite, q, report.confidence);
  if (!shown) {
    report.reason = "no request arrived";
    return;
  }
  report.estimate = finite(shown->value);
  if (beyond.size() > 1) {
    report.low = finite(shown->interval.low);
    report.high = finite(shown->interval.high);
  }
  if (shown->beyond < kLeastBeyond) {
    report.estimate.reset();
    report.low.reset();
    report.high.reset();
    report.reason = fmt::format("too few requests: {:.0f} beyond the quantile, {:.0f} needed",
                                shown->beyond, kLeastBeyond);
    return;
  }
  // p(q) below the threshold is the same as at most 1 - q of the requests beyond it.
  const sim::Estimate share = ratio_of(beyond, counted, report.confidence, samples);
  const Threshold at_most{.value = 1 - q, .below = wants_less(*objective_), .or_equal = true};
  const ExpectationVerdict judged = judge_expectation(share, at_most, error);
  report.verdict = judged.verdict;
  report.trials_to_settle = judged.trials_to_settle;
  report.reason = fmt::format("{} of requests took longer than {} or failed ({} allowed)",
                              share_words(share.value), quantity_words(report.threshold, "s"),
                              share_words(1 - q));
}

void Figure::judge_mean_into(ObjectiveReport& report, double error, Samples samples) const {
  std::vector<double> values;
  std::vector<double> numerators;
  std::vector<double> denominators;
  for (const Sample& sample : samples_) {
    if (sample.value && std::isfinite(*sample.value)) values.push_back(*sample.value);
    if (sample.denominator > 0) {
      numerators.push_back(sample.numerator);
      denominators.push_back(sample.denominator);
    }
  }
  const sim::Estimate estimate =
      way_ == Way::kRatio ? ratio_of(numerators, denominators, report.confidence, samples)
                          : sim::mean_estimate(values, report.confidence);
  if (estimate.trials == 0) {
    report.reason = "nothing to measure: the phase is empty, or nothing arrived in it";
    return;
  }
  report.estimate = estimate.value;
  if (values.size() > 1) {
    report.p50 = sample_quantile(values, 0.5);
    report.p95 = sample_quantile(values, 0.95);
  }
  if (estimate.trials > 1) {
    const sim::Interval interval =
        possible_part(estimate.interval, objective_->unit == Objective::Unit::kShare);
    report.low = interval.low;
    report.high = interval.high;
  }
  const Threshold threshold{.value = objective_->threshold,
                            .below = wants_less(*objective_),
                            .or_equal = takes_equal(*objective_)};
  const ExpectationVerdict judged = judge_expectation(estimate, threshold, error);
  report.verdict = judged.verdict;
  report.trials_to_settle = judged.trials_to_settle;
  const std::string interval = interval_words(report.low, report.high, report.unit);
  report.reason = fmt::format("{} on average", quantity_words(estimate.value, report.unit));
  if (!interval.empty()) report.reason += ", " + interval;
  if (report.trials_to_settle) {
    report.reason += fmt::format("; {} trials would settle it", *report.trials_to_settle);
  }
}

ObjectiveJudge::ObjectiveJudge(const RunInput& input, const Objective& objective)
    : input_(&input), objective_(&objective), figures_(figures_of(input, objective)) {}

namespace {

Windows windows_of(const Objective& objective, const TrialView& trial) {
  return phase_windows(objective.phase, trial.input->windows, trial.faults, trial.whole,
                       trial.input->recovery.hold, trial.end);
}

}  // namespace

Sample sample_of(const Objective& objective, const Figure& figure, const TrialView& trial) {
  return sample_of(objective, figure.rows(), trial, windows_of(objective, trial));
}

void ObjectiveJudge::add(const TrialView& trial) {
  const Windows windows = windows_of(*objective_, trial);
  for (Figure& figure : figures_) {
    figure.add(sample_of(*objective_, figure.rows(), trial, windows));
  }
  if (trials_++ == 0 && input_->steady) {
    batched_ = figures_of(*input_, *objective_);
    for (const Windows& batch : batches(trial.end, kBatches)) {
      const Windows part = intersection(windows, batch);
      for (Figure& figure : batched_) {
        figure.add(sample_of(*objective_, figure.rows(), trial, part));
      }
    }
  }
}

ObjectiveReport ObjectiveJudge::judge(double error) const {
  const bool by_batches = trials_ == 1 && input_->steady && !figures_.empty() &&
                          objective_->subject != Subject::kService &&
                          (figures_.front().way() == Figure::Way::kRatio ||
                           figures_.front().way() == Figure::Way::kQuantile);
  std::optional<ObjectiveReport> worst_report;
  const auto& figures = by_batches ? batched_ : figures_;
  for (const Figure& figure : figures) {
    ObjectiveReport report =
        figure.judge(error, by_batches ? Figure::Samples::kBatches : Figure::Samples::kTrials);
    if (by_batches) {
      report.trials_to_settle.reset();
      report.reason += fmt::format(" (by {} batches of one run)", kBatches);
    }
    const auto rank = [](Verdict verdict) {
      return verdict == Verdict::kMissed ? 2 : verdict == Verdict::kInconclusive ? 1 : 0;
    };
    const auto badness = [&](const ObjectiveReport& r) {
      const double value = r.estimate.value_or(0);
      return wants_less(*objective_) ? value : -value;
    };
    if (!worst_report || rank(report.verdict) > rank(worst_report->verdict) ||
        (rank(report.verdict) == rank(worst_report->verdict) &&
         badness(report) > badness(*worst_report))) {
      worst_report = std::move(report);
    }
  }
  if (worst_report) return *worst_report;
  ObjectiveReport none;
  none.objective = objective_->text;
  none.unit = unit_of(*objective_);
  none.threshold = objective_->threshold;
  none.reason = "there is nothing of that name";
  return none;
}

void ObjectiveJudge::look(double error) {
  if (settled_) return;
  const Verdict verdict = judge(error).verdict;
  if (verdict != Verdict::kInconclusive) settled_ = verdict;
}

ObjectiveReport ObjectiveJudge::report(double error) const {
  ObjectiveReport report = judge(error);
  if (settled_) {
    report.verdict = *settled_;
    report.trials_to_settle.reset();
  }
  return report;
}

}  // namespace lifeboat::reports
