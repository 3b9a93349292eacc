// What verdicts rest on, as plain data: each parameter's range, what the figures are at its ends,
// the value at which a verdict flips, and elementary effects over all ranges at once.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reports/comparison/comparison.hpp"
#include "reports/comparison/morris.hpp"

namespace lifeboat::reports {

/// A value to vary, on a line from `low` to `high`.
struct VariedParameter {
  std::string name;                ///< as tables call it
  std::vector<std::string> paths;  ///< as --set takes them; all get the same value
  std::string value;               ///< what the scenario has, as text
  std::optional<double> base;      ///< the same as a number, if it is one
  double low = 0;
  double high = 1;
  std::string unit;        ///< of the numbers: "s", "%", "/s"; "x": a factor on the law
  bool whole = false;      ///< whole numbers only
  std::string law;         ///< "x": what `value_text` scales; else empty
  bool unsourced = false;  ///< a guess of this version, not the user's own range
  std::string range;       ///< where the range is from, in words
};

/// A value without a published source that is not varied, and why.
struct LeftOut {
  std::string path;
  std::string why;
};

/// A change of what the estimate says of an objective, between the base and one end of a range.
struct Flip {
  double from = 0;  ///< the last value on the base's side
  double to = 0;    ///< the first on the other
  /// Values between which luck leaves it open: beyond, the figure's whole interval lies on one side
  /// of the threshold. Absent where no value that was tried is so certain.
  std::optional<double> certain_before;
  std::optional<double> certain_after;
};

/// One figure over one parameter.
struct Swing {
  bool reached = false;  ///< both ends have run
  ComparedFigure low;
  ComparedFigure high;
  std::optional<PairedDifference> to_low;  ///< from the base
  std::optional<PairedDifference> to_high;
  bool flips_sought = false;
  std::vector<Flip> flips;  ///< at most one towards each end
  ElementaryEffect effect;

  [[nodiscard]] bool is_real() const {
    return (to_low && to_low->is_real()) || (to_high && to_high->is_real());
  }
};

struct SensitiveRow {
  std::string label;
  std::string unit;
  bool is_objective = false;
  bool less_is_better = true;
  ComparedFigure base;
  /// Whether the base's estimate meets the objective; absent where there is no such figure.
  std::optional<bool> holds;
  std::vector<Swing> swings;         ///< by parameter
  std::vector<std::size_t> ranking;  ///< parameters, the widest swing first
};

struct Sensitivity {
  std::string scenario;
  std::string title;
  std::vector<VariedParameter> parameters;
  std::vector<LeftOut> left_out;
  std::vector<SensitiveRow> rows;
  std::uint64_t seed = 1;
  std::uint32_t trials = 0;
  std::uint32_t trajectories = 0;  ///< that ran to their end
  std::uint32_t trajectories_asked = 0;
  std::size_t points = 0;  ///< that ran
  bool out_of_time = false;
  bool interrupted = false;
};

/// A value of the parameter as --set takes it: "0.35s", "12%", {"lognormal": ...}.
[[nodiscard]] std::string value_text(const VariedParameter& parameter, double number);
/// The same as a person reads it.
[[nodiscard]] std::string value_words(const VariedParameter& parameter, double number);

/// "p50 1.5 ms" of a law's words, in seconds; nothing where there is no such part.
[[nodiscard]] std::optional<double> law_part(const std::string& law, const std::string& name);

/// How far the figure goes between the ends; 0 where it is not known.
[[nodiscard]] double width_of(const SensitiveRow& row, const Swing& swing);

}  // namespace lifeboat::reports
