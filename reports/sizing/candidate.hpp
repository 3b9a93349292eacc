// One design under trial: does it meet the scenario's objectives?
//
// Trials come in looks (2, 4, 8, 16, 32 ...); at each, every objective is judged with a bound whose
// error is the whole one over the looks planned (Bonferroni), so that a design is called met or
// missed wrongly with at most that chance. A design that seems to miss from the third look on
// is given up: it cannot be the plan. Trial i of every design has the same luck.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "reports/sizing/design_space.hpp"
#include "reports/studies/run_input.hpp"
#include "reports/studies/tally.hpp"
#include "reports/verdict/judge.hpp"
#include "reports/verdict/verdict.hpp"

namespace lifeboat::reports {

class Candidate {
 public:
  /// Trials `first`, `first` + 1 ...
  explicit Candidate(RunInput input, std::uint32_t first = 0);
  Candidate(const Candidate&) = delete;
  Candidate& operator=(const Candidate&) = delete;

  /// Runs until there are `trials`; false where an interrupt came first.
  bool run_to(std::uint32_t trials, unsigned jobs);
  [[nodiscard]] std::uint32_t trials() const { return tally_.trials(); }
  [[nodiscard]] const RunInput& input() const { return input_; }

  /// All objectives together: met where all are, missed where one is.
  [[nodiscard]] Verdict verdict(double error) const;
  /// The least error, of a few, at which the verdict stands; 1 where it does at none.
  [[nodiscard]] double doubt() const;
  /// Whether every estimate is on the good side.
  [[nodiscard]] bool seems_met() const;
  [[nodiscard]] std::vector<ObjectiveReport> objectives(double error) const;
  /// The objectives that are not met, with their figures: "journey:checkout p(99) < 10s (11.2 s)".
  [[nodiscard]] std::vector<std::string> broken() const;
  [[nodiscard]] Report report(double error) const { return tally_.report(error); }

 private:
  RunInput input_;
  std::uint32_t first_;
  Tally tally_;
  std::vector<ObjectiveJudge> judges_;
};

}  // namespace lifeboat::reports
