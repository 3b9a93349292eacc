#include "reports/sizing/trier.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <sys/resource.h>

#include "models/io/problems.hpp"
#include "sim/trial/result.hpp"

namespace lifeboat::reports {

namespace {

constexpr std::array<std::uint32_t, 6> kSizingLooks{2, 4, 8, 16, 32, 64};
constexpr std::uint32_t kGiveUpAt = 8;
constexpr double kSearchShare = 0.7;  // of the budget: the rest confirms the plan

double processor_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void take_station(const StationReport& station, Busy& busy) {
  busy.utilization = std::max(busy.utilization, station.utilization.value_or(0));
  if (station.arrivals == 0) return;
  busy.refused = std::max(
      busy.refused, static_cast<double>(station.rejected) / static_cast<double>(station.arrivals));
}

std::string cause_in(const Report& report) {
  std::array<std::uint64_t, sim::kCauseCount> failed{};
  for (const JourneyReport& journey : report.journeys) {
    for (std::size_t c = 0; c < failed.size(); ++c) failed[c] += journey.failed_by[c];
  }
  const auto most = std::max_element(failed.begin(), failed.end());
  if (*most == 0) return {};
  return std::string{sim::name_of(static_cast<sim::Cause>(most - failed.begin()))};
}

}  // namespace

std::vector<Busy> busy_in(const Report& report) {
  std::vector<Busy> all;
  for (const ServiceReport& service : report.services) {
    Busy busy{service.service, service.region, 0, 0};
    take_station(service.headline, busy);
    for (const auto& [name, station] : service.stations) take_station(station, busy);
    all.push_back(std::move(busy));
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Busy& a, const Busy& b) { return a.utilization > b.utilization; });
  return all;
}

Trier::Trier(const DesignSpace& space, const SizingOptions& options, const SizingProgress& progress)
    : space_(space),
      options_(options),
      progress_(progress),
      begun_(std::chrono::steady_clock::now()),
      cpu_begun_(processor_seconds()) {}

double Trier::wall_s() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
}

double Trier::cpu_s() const { return processor_seconds() - cpu_begun_; }

bool Trier::interrupted() const {
  const auto* flag = space_.request().interrupted;
  return flag != nullptr && flag->load();
}

bool Trier::is_over() {
  out_of_time_ = out_of_time_ || wall_s() >= kSearchShare * options_.budget_s;
  return out_of_time_ || interrupted();
}

void Trier::tell(const std::string& what) const {
  if (progress_) progress_(what, std::min(1.0, wall_s() / options_.budget_s));
}

void Trier::settle(Candidate& candidate, Outcome& outcome) {
  const auto looks = static_cast<double>(
      std::count_if(kSizingLooks.begin(), kSizingLooks.end(),
                    [&](std::uint32_t look) { return look <= options_.trials; }));
  const double error = kError / std::max(1.0, looks);
  for (const std::uint32_t look : kSizingLooks) {
    if (look > std::max(2U, options_.trials) || is_over()) break;
    const std::uint32_t before = candidate.trials();
    const bool whole = candidate.run_to(look, options_.jobs);
    trials_ += candidate.trials() - before;
    if (!whole) break;
    outcome.verdict = candidate.verdict(error);
    outcome.seems_met = candidate.seems_met();
    if (outcome.verdict != Verdict::kInconclusive) break;
    if (look >= kGiveUpAt && !outcome.seems_met) {
      // It cannot be the plan; whether it misses may be said with the whole error.
      if (candidate.verdict(kError) == Verdict::kMissed) outcome.verdict = Verdict::kMissed;
      break;
    }
  }
  outcome.trials = candidate.trials();
}

const Outcome& Trier::decide(const Levels& levels, double factor, const std::string& stage,
                             const std::string& what) {
  const auto known = known_.find({factor, levels});
  if (known != known_.end()) return known->second;
  if (is_over()) return none_;
  tell(stage + ": " + what);
  models::io::Problems problems;
  auto input = space_.input(levels, factor, problems);
  Outcome outcome;
  if (input) {
    Candidate candidate(std::move(*input));
    settle(candidate, outcome);
    if (outcome.trials == 0) return none_;
    outcome.doubt = candidate.doubt();
    if (outcome.verdict != Verdict::kMet) {
      outcome.broken = candidate.broken();
      const Report report = candidate.report(kError);
      outcome.busy = busy_in(report);
      outcome.cause = cause_in(report);
    }
  } else {
    // Levels that do not go together (shards without a node): no plan.
    for (const models::io::Problem& problem : problems.all()) refusal_ = problem.to_line();
    outcome.verdict = Verdict::kMissed;
    outcome.doubt = 0;
    outcome.broken = {"the platform refuses it"};
  }
  steps_.push_back({stage, what, space_.cost(levels), outcome.trials, outcome.verdict});
  return known_[{factor, levels}] = std::move(outcome);
}

}  // namespace lifeboat::reports
