// The figures of several designs side by side: the objectives of all of them, and the main figures
// that none of them is, each with what every design's trials say of it.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "reports/comparison/comparison.hpp"
#include "reports/studies/run_input.hpp"
#include "reports/verdict/judge.hpp"
#include "scenarios/objectives/objective.hpp"

namespace lifeboat::reports {

/// One figure, and its samples of each design that has it.
struct FigureRow {
  std::string label;  ///< an objective as written, or the figure's name
  bool is_objective = false;
  const scenarios::Objective* objective = nullptr;
  std::vector<std::optional<Figure>> figures;  ///< by design
};

/// The inputs of designs that have one each.
template <class Designs>
[[nodiscard]] std::vector<const RunInput*> inputs_of(const Designs& designs) {
  std::vector<const RunInput*> inputs;
  for (const auto& design : designs) inputs.push_back(&design.input);
  return inputs;
}

class FigureRows {
 public:
  /// The inputs must outlive it.
  explicit FigureRows(std::vector<const RunInput*> inputs);
  FigureRows(const FigureRows&) = delete;
  FigureRows& operator=(const FigureRows&) = delete;

  /// Adds a trial of a design.
  void add(std::size_t design, const sim::TrialResult& result);
  [[nodiscard]] std::vector<FigureRow>& rows() { return rows_; }
  [[nodiscard]] const std::vector<FigureRow>& rows() const { return rows_; }

  /// The design's figure with its 95 % interval, and the verdict where it is an objective of that
  /// design's own scenario.
  [[nodiscard]] ComparedFigure figure_of(const FigureRow& row, std::size_t design) const;

 private:
  void list(const scenarios::Objective& asked, bool is_objective);

  std::vector<const RunInput*> inputs_;
  std::deque<scenarios::Objective> asked_;  // figures point to them
  std::vector<FigureRow> rows_;
};

/// The figures that stand beside the objectives: availability, errors, p(99) of the critical
/// journeys, bad minutes; recovery and loss where something fails, cost where there is a bill.
[[nodiscard]] std::vector<scenarios::Objective> main_figures(const RunInput& input);

/// Second less first; nothing where one of the designs has no such figure.
[[nodiscard]] std::optional<PairedDifference> difference_between(const FigureRow& row,
                                                                 std::size_t first,
                                                                 std::size_t second);
/// What a difference says, where less or more of the figure is wanted.
[[nodiscard]] Difference found_of(const std::optional<PairedDifference>& difference,
                                  bool less_is_better);

}  // namespace lifeboat::reports
