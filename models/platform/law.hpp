// Laws as keys of a platform's objects; the reading itself, and the forms that may be written,
// are in models/io/law.hpp. A factor (a forecast error) is a law of plain numbers, drawn in
// seconds.
#pragma once

#include <optional>

#include "models/io/document.hpp"
#include "models/io/law.hpp"
#include "models/io/problems.hpp"
#include "models/io/reader.hpp"
#include "sim/random/law.hpp"

namespace lifeboat::models {

/// The law, or nothing and at least one error.
using io::read_law;
/// The same for a pure factor, one second standing for 1.
[[nodiscard]] inline std::optional<sim::Law> read_factor(const io::Value& value,
                                                         io::Problems& problems) {
  return io::read_law(value, problems, io::LawUnit::kNumber);
}

// The same as keys of an object; absent or wrong, `standard` (or a constant zero) stands in.
inline sim::Law required_law(io::ObjectReader& reader, const io::Parameter& parameter) {
  return reader.required_law(parameter);
}
inline sim::Law optional_law(io::ObjectReader& reader, const io::Parameter& parameter,
                             const sim::Law& standard) {
  return reader.optional_law(parameter, standard);
}
inline std::optional<sim::Law> maybe_law(io::ObjectReader& reader, const io::Parameter& parameter) {
  return reader.maybe_law(parameter);
}
inline std::optional<sim::Law> maybe_factor(io::ObjectReader& reader,
                                            const io::Parameter& parameter) {
  return reader.maybe_law(parameter, io::LawUnit::kNumber);
}

}  // namespace lifeboat::models
