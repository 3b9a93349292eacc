// Laws as files write them.
//
//     "100ms"                                  always
//     { "exponential": { "mean": "10ms" } }    one family, its parameters by name
//     { "lognormal": { "p50": "150ms", "p99": "900ms" }, "min": "20ms" }
//
// Families: constant, exponential {mean}, erlang {mean, k}, hyperexponential {mean, cv}, lognormal
// {mean, cv} or {p50, p99}, weibull {mean, shape}, pareto {mean, shape}, uniform {low, high},
// triangular {low, mode, high}, mixture [[weight, LAW], ...], empirical {file}: one value a line of
// its first column, in seconds or with a unit. Beside the family: shift, min, max.
//
// A factor (a forecast error) is written in the same way with plain numbers in place of durations;
// its law is in seconds.
#pragma once

#include <optional>

#include "models/io/document.hpp"
#include "models/io/problems.hpp"
#include "models/io/reader.hpp"
#include "sim/random/law.hpp"

namespace lifeboat::models {

/// The law, or nothing and at least one error.
[[nodiscard]] std::optional<sim::Law> read_law(const io::Value& value, io::Problems& problems);
/// The same for a pure factor, one second standing for 1.
[[nodiscard]] std::optional<sim::Law> read_factor(const io::Value& value, io::Problems& problems);

// The same as keys of an object; absent or wrong, `standard` (or a constant zero) stands in.
sim::Law required_law(io::ObjectReader& reader, const io::Parameter& parameter);
sim::Law optional_law(io::ObjectReader& reader, const io::Parameter& parameter,
                      const sim::Law& standard);
std::optional<sim::Law> maybe_law(io::ObjectReader& reader, const io::Parameter& parameter);
std::optional<sim::Law> maybe_factor(io::ObjectReader& reader, const io::Parameter& parameter);

}  // namespace lifeboat::models
