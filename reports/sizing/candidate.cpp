#include "reports/sizing/candidate.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "reports/text/words.hpp"
#include "reports/verdict/trial_view.hpp"

namespace lifeboat::reports {

namespace {

/// A bound with nearly even odds: which side the estimate is on.
constexpr double kEvenOdds = 0.499;
constexpr std::array kErrors{0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0001};

}  // namespace

Candidate::Candidate(RunInput input, std::uint32_t first)
    : input_(std::move(input)), first_(first), tally_(input_) {
  judges_.reserve(input_.objectives.size());
  for (const auto& objective : input_.objectives) judges_.emplace_back(input_, objective);
}

bool Candidate::run_to(std::uint32_t trials, unsigned jobs) {
  const auto interrupted = [this] {
    return input_.options.interrupted != nullptr && input_.options.interrupted->load();
  };
  const auto add = [&](sim::TrialResult&& result) {
    if (interrupted()) return false;
    tally_.add(result);
    const TrialView view = view_of(input_, result);
    for (ObjectiveJudge& judge : judges_) judge.add(view);
    return true;
  };
  if (tally_.trials() < trials) {
    sim::run_trials(*input_.network, input_.options, first_ + tally_.trials(), first_ + trials,
                    jobs, add);
  }
  return !interrupted();
}

Verdict Candidate::verdict(double error) const {
  std::vector<Verdict> verdicts;
  for (const ObjectiveJudge& judge : judges_) verdicts.push_back(judge.report(error).verdict);
  return worst(verdicts);
}

double Candidate::doubt() const {
  double least = 1;
  for (const double error : kErrors) {
    if (verdict(error) == Verdict::kInconclusive) break;
    least = error;
  }
  return least;
}

bool Candidate::seems_met() const { return verdict(kEvenOdds) == Verdict::kMet; }

std::vector<ObjectiveReport> Candidate::objectives(double error) const {
  std::vector<ObjectiveReport> reports;
  for (const ObjectiveJudge& judge : judges_) reports.push_back(judge.report(error));
  return reports;
}

std::vector<std::string> Candidate::broken() const {
  std::vector<std::string> broken;
  for (const ObjectiveJudge& judge : judges_) {
    const ObjectiveReport report = judge.report(kEvenOdds);
    if (report.verdict == Verdict::kMet) continue;
    std::string words = report.objective;
    if (report.estimate) words += " (" + quantity_words(*report.estimate, report.unit) + ")";
    broken.push_back(std::move(words));
  }
  return broken;
}

}  // namespace lifeboat::reports
