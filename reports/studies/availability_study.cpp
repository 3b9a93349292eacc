#include "reports/studies/availability_study.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>

#include <fmt/format.h>

#include "reports/recovery/recovery.hpp"
#include "reports/seconds.hpp"
#include "reports/verdict/trial_view.hpp"

namespace lifeboat::reports {

namespace {

using scenarios::Year;
using scenarios::YearlyIncident;

constexpr double kSure = 0.95;

/// What one trial of a day lost.
struct DayLoss {
  double lost_minutes = 0;  ///< bad share of its requests, times its length
  double share = 0;
  double bad_minutes = 0;
  bool recovered = true;
};

DayLoss loss_of(const RunInput& input, const sim::TrialResult& result) {
  const TrialView view = view_of(input, result);
  double offered = 0;
  double good = 0;
  for (const std::size_t j : entry_journeys(*input.network)) {
    if (j >= result.journeys.size()) continue;
    offered += static_cast<double>(result.journeys[j].offered);
    good += static_cast<double>(result.journeys[j].good);
  }
  std::vector<std::span<const sim::ArrivalBin>> critical;
  for (const std::size_t j : critical_journeys(*input.network)) {
    if (j < result.journeys.size()) critical.emplace_back(result.journeys[j].bins);
  }
  DayLoss loss;
  loss.share = offered > 0 ? 1 - good / offered : 0;
  loss.lost_minutes = loss.share * seconds_of(result.measured) / 60;
  loss.bad_minutes = bad_minutes(critical, result.bin, view.end, input.recovery);
  loss.recovered = view.whole.outcome != RecoveryOutcome::kCensored;
  return loss;
}

class YearRunner {
 public:
  YearRunner(const Year& year, const PrepareDay& prepare, const AvailabilityOptions& options,
             const StudyProgress& progress)
      : year_(year), prepare_(prepare), options_(options), progress_(progress) {
    report_.name = year.name;
    report_.title = year.title;
    report_.strategy = options.strategy;
    report_.promise = year.promise;
    report_.seed = options.seed;
    report_.trials = options.trials;
  }

  YearReport run() {
    if (progress_.plan) {
      const std::size_t days = 2 * year_.incidents.size() + (year_.steady ? 1 : 0);
      progress_.plan(static_cast<std::uint32_t>(days) * options_.trials, false);
    }
    YearInput input;
    input.promise = year_.promise;
    input.seed = options_.seed;
    if (year_.steady) {
      for (const DayLoss& day : run_day(*year_.steady, true)) {
        input.steady_share.push_back(day.share);
      }
    }
    for (const YearlyIncident& incident : year_.incidents) {
      if (!stopped() && add_incident(incident, input)) continue;
      report_.left_out.push_back(incident.name);
    }
    stopped();
    if (input.incidents.empty()) return std::move(report_);
    report_.estimate = estimate_year(input);
    judge();
    return std::move(report_);
  }

 private:
  bool stopped() {
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begun_;
    report_.interrupted = interrupted_ != nullptr && interrupted_->load();
    return report_.interrupted || (options_.budget_s && spent.count() >= *options_.budget_s);
  }

  std::vector<DayLoss> run_day(const std::filesystem::path& file, bool without_faults) {
    day_ = prepare_(file, without_faults);
    const RunInput& input = day_.input;
    interrupted_ = input.options.interrupted;
    std::vector<DayLoss> losses;
    const auto add = [&](sim::TrialResult&& result) {
      if (interrupted_ != nullptr && interrupted_->load()) return false;
      losses.push_back(loss_of(input, result));
      return true;
    };
    const auto advance = [&](std::uint32_t trial, double share) {
      if (progress_.advance) progress_.advance(before_ + trial, share);
    };
    sim::run_trials(*input.network, input.options, 0, options_.trials, options_.jobs, add, advance);
    before_ += options_.trials;
    return losses;
  }

  /// False where it was interrupted: only whole incidents count.
  bool add_incident(const YearlyIncident& incident, YearInput& input) {
    const std::vector<DayLoss> without = run_day(incident.scenario, true);
    const std::vector<DayLoss> with = run_day(incident.scenario, false);
    const std::size_t pairs = std::min(with.size(), without.size());
    if (pairs < std::max(2U, options_.trials)) return false;
    YearlyLoss loss{
        incident.name, incident.rate.per_year, incident.rate.low, incident.rate.high, {}, {}};
    YearIncidentReport row;
    for (std::size_t i = 0; i < pairs; ++i) {
      loss.lost_minutes.push_back(with[i].lost_minutes - without[i].lost_minutes);
      loss.bad_minutes.push_back(with[i].bad_minutes - without[i].bad_minutes);
      if (!with[i].recovered) ++row.not_recovered;
    }
    row.scenario = day_.input.scenario;
    row.title = day_.input.title;
    row.given = day_.input.given;
    row.rate = incident.rate;
    row.trials = static_cast<std::uint32_t>(pairs);
    row.with_strategy = day_.with_strategy;
    report_.incidents.push_back(std::move(row));
    input.incidents.push_back(std::move(loss));
    return true;
  }

  void judge() {
    const YearEstimate& estimate = report_.estimate;
    if (estimate.holds >= kSure) report_.verdict = Verdict::kMet;
    if (estimate.holds <= 1 - kSure) report_.verdict = Verdict::kMissed;
    if (!report_.left_out.empty()) report_.verdict = Verdict::kInconclusive;
    for (std::size_t i = 0; i < report_.incidents.size(); ++i) {
      const YearIncidentReport& row = report_.incidents[i];
      if (row.not_recovered == 0) continue;
      // What it loses beyond the end of its scenario is not known.
      if (report_.verdict == Verdict::kMet) report_.verdict = Verdict::kInconclusive;
      report_.findings.push_back(
          {"warning", "not-recovered",
           fmt::format("{} of {} trials of {} had not recovered at their end: what they lose "
                       "later is not counted, so the figure is too good.",
                       row.not_recovered, row.trials, estimate.rows[i].name)});
    }
    std::size_t guessed = 0;
    double guessed_share = 0;
    for (std::size_t i = 0; i < report_.incidents.size(); ++i) {
      if (report_.incidents[i].rate.basis != scenarios::YearlyRate::Basis::kGuess) continue;
      ++guessed;
      guessed_share += estimate.rows[i].share;
    }
    if (guessed > 0) {
      report_.findings.push_back(
          {"info", "guessed-rates",
           fmt::format("{} of {} rates are guesses; {:.0f} % of what is lost rests on them.",
                       guessed, report_.incidents.size(), 100 * guessed_share)});
    }
    if (!options_.strategy.empty()) {
      std::string as_they_are;
      for (std::size_t i = 0; i < report_.incidents.size(); ++i) {
        if (report_.incidents[i].with_strategy) continue;
        as_they_are += (as_they_are.empty() ? "" : ", ") + estimate.rows[i].name;
      }
      if (!as_they_are.empty()) {
        report_.findings.push_back(
            {"info", "without-strategy",
             "No strategy can stand in for another in: " + as_they_are + "."});
      }
    }
  }

  const Year& year_;
  const PrepareDay& prepare_;
  const AvailabilityOptions& options_;
  const StudyProgress& progress_;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  const std::atomic<bool>* interrupted_ = nullptr;
  PreparedDay day_;  // the last that was run
  std::uint32_t before_ = 0;
  YearReport report_;
};

}  // namespace

YearReport study_availability(const Year& year, const PrepareDay& prepare,
                              const AvailabilityOptions& options, const StudyProgress& progress) {
  return YearRunner(year, prepare, options, progress).run();
}

}  // namespace lifeboat::reports
