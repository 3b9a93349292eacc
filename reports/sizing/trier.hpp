// Private to this folder: designs tried under one budget, each once.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "reports/sizing/candidate.hpp"
#include "reports/sizing/sizing_study.hpp"

namespace lifeboat::reports {

/// How busy a deployment was, by its busiest station.
struct Busy {
  std::string service;
  std::string region;
  double utilization = 0;
  double refused = 0;  ///< share of the visits that were turned away
};

struct Outcome {
  Verdict verdict = Verdict::kInconclusive;
  double doubt = 1;  ///< chance that a settled verdict is wrong, at most
  std::uint32_t trials = 0;
  bool seems_met = false;
  std::vector<std::string> broken;  ///< objectives on the bad side, with their figures
  std::vector<Busy> busy;           ///< of designs that are not met
  std::string cause;                ///< of most failed requests
};

class Trier {
 public:
  Trier(const DesignSpace& space, const SizingOptions& options, const SizingProgress& progress);

  /// Tries a design at a factor on the traffic until it is settled, given up or out of trials.
  /// After the budget or an interrupt: inconclusive, and not kept.
  const Outcome& decide(const Levels& levels, double factor, const std::string& stage,
                        const std::string& what);

  [[nodiscard]] bool is_over();
  /// Whether the whole budget is spent, or an interrupt came.
  [[nodiscard]] bool is_at_the_end() const {
    return wall_s() >= options_.budget_s || interrupted();
  }
  [[nodiscard]] bool out_of_time() const { return out_of_time_; }
  [[nodiscard]] bool interrupted() const;
  [[nodiscard]] std::uint32_t trials() const { return trials_; }
  void count(std::uint32_t trials) { trials_ += trials; }
  [[nodiscard]] std::vector<SizedStep>& steps() { return steps_; }
  [[nodiscard]] double wall_s() const;
  [[nodiscard]] double cpu_s() const;
  void tell(const std::string& what) const;
  [[nodiscard]] const SizingOptions& options() const { return options_; }
  [[nodiscard]] const std::string& refusal() const { return refusal_; }

 private:
  void settle(Candidate& candidate, Outcome& outcome);

  const DesignSpace& space_;
  const SizingOptions& options_;
  const SizingProgress& progress_;
  std::chrono::steady_clock::time_point begun_;
  double cpu_begun_ = 0;
  std::map<std::pair<double, Levels>, Outcome> known_;
  Outcome none_;
  std::vector<SizedStep> steps_;
  std::uint32_t trials_ = 0;
  bool out_of_time_ = false;
  std::string refusal_;  ///< of the last design that the readers refused
};

/// How busy the deployments of a report were.
[[nodiscard]] std::vector<Busy> busy_in(const Report& report);

}  // namespace lifeboat::reports
