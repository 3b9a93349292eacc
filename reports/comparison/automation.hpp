// What automating the steps of a runbook saves, as plain data: printed as text, Markdown, JSON and
// a page.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reports/comparison/paired.hpp"
#include "reports/document/report.hpp"

namespace lifeboat::reports {

/// Two-sided, of every saving and share.
inline constexpr double kSavingConfidence = 0.95;

/// Recovery times of one design over the trials.
struct RecoveryFigures {
  std::optional<double> p50_s;  ///< absent: half of the trials or more did not recover
  std::optional<double> p95_s;
  std::optional<double> share_met;  ///< of trials, by the scenario's RTO; absent: it has none
  std::optional<double> share_low;  ///< Clopper-Pearson
  std::optional<double> share_high;
  std::uint32_t unsettled = 0;  ///< trials that ended before it could be told
};

struct AutomationStep {
  std::string runbook;
  std::string step;   ///< empty: the page that the trigger sends
  std::string owner;  ///< who does it; empty: automatic already
  /// Of the trials with a critical path, those in which it, or the wait for whoever does it, is on
  /// it.
  double on_path = 0;
  /// Median over trials: by how much later it could have ended without delaying the last step that
  /// acts on the platform before the recovery. Absent: in most trials nothing waited for it.
  std::optional<double> slack_s;
  // Only of a person's step: with it alone automatic.
  std::optional<RecoveryFigures> alone;
  std::optional<PairedDifference> saves_p50;
  std::optional<PairedDifference> saves_p95;

  [[nodiscard]] std::string name() const;
};

/// A turn of the order in which to automate: the one that saves most, given those before.
struct AutomationTurn {
  std::size_t step = 0;  ///< of AutomationStudy::steps
  RecoveryFigures with;  ///< all up to this one
  std::optional<PairedDifference> further_p50;
  std::optional<PairedDifference> further_p95;
};

struct AutomationStudy {
  std::string scenario;
  std::string title;
  std::string given;
  std::string strategy;
  std::string script;                 ///< time of a script in the place of a person's labour
  std::optional<std::string> target;  ///< the scenario's objective on recovery, as written
  std::uint64_t seed = 1;
  std::uint32_t trials = 0;
  std::uint32_t with_path = 0;  ///< of these, as it is, those with a critical path
  RecoveryFigures as_it_is;
  std::vector<AutomationStep> steps;  ///< most often on the critical path first
  std::vector<AutomationTurn> order;
  bool order_is_whole = false;  ///< nothing that is left saves any more by itself
  /// With every step automatic: two branches at once may save what neither does alone.
  std::optional<RecoveryFigures> everything;
  std::vector<Finding> findings;
  bool interrupted = false;
  bool out_of_budget = false;
};

}  // namespace lifeboat::reports
