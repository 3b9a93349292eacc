// Laws of the inputs: distributions of durations, or of plain factors.
//
//     "100ms"                                     {"constant": "100ms"}
//     {"exponential": {"mean"}}                   {"erlang": {"mean", "k"}}
//     {"hyperexponential": {"mean", "cv"}}        {"lognormal": {"mean", "cv"}} or {"p50", "p99"}
//     {"weibull": {"mean", "shape"}}              {"pareto": {"mean", "shape"}}
//     {"uniform": {"low", "high"}}                {"triangular": {"low", "mode", "high"}}
//     {"mixture": [[0.9, LAW], [0.1, LAW]]}       {"empirical": {"file"}}
//
// Each takes `shift`, `min` and `max`, beside the family's name or among its parameters: the
// value is min(max(shift + X, min), max). An empirical file holds one value a line, each with
// its unit or, without, in seconds; empty lines and lines that start with # are skipped.
#pragma once

#include <optional>

#include "models/io/document.hpp"
#include "models/io/problems.hpp"
#include "sim/random/law.hpp"

namespace lifeboat::models::io {

/// What a law's quantities are.
enum class LawUnit {
  kDuration,
  /// Plain numbers (a factor with mean 1); a value of 1 is drawn as one second.
  kNumber
};

/// Reads a law; reports, and returns nothing, if it is none.
[[nodiscard]] std::optional<sim::Law> read_law(const Value& value, Problems& problems,
                                               LawUnit unit = LawUnit::kDuration);

}  // namespace lifeboat::models::io
