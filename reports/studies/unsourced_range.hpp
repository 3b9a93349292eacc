// What an unsourced value may be: from the words of its source to a range that can be varied.
//
//     4s        "... 1 to 15 min"                60s to 900s
//     90%       "80 % to 90 %"                   80% to 90%
//     uniform from 1 min to 10 min               always the one, to always the other
//     lognormal, p50 1.5 ms, p99 8 ms            a factor on the law
//
// Where no range is stated that fits the value, half to double is taken, and said so.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/comparison/sensitivity.hpp"
#include "reports/studies/run_input.hpp"

namespace lifeboat::reports {

/// The parameter of a value, without paths; nothing where it is neither a number nor such a law.
[[nodiscard]] std::optional<VariedParameter> range_of(const UnsourcedValue& value);

/// The unsourced values of a run as parameters. Values of one name, text and source, which stand at
/// several services, are one: what is not known of them is the same. `paths` are pointers as
/// UnsourcedValue has them; what cannot be varied is left out, with its reason.
[[nodiscard]] std::vector<VariedParameter> parameters_of(const std::vector<UnsourcedValue>& values,
                                                         std::vector<LeftOut>& left_out);

/// A range as the command line has it: "PATH=LOW..HIGH", of one unit. Nothing where it is none.
[[nodiscard]] std::optional<VariedParameter> read_parameter(const std::string& text);

/// Takes the parameter's own value from the resolved scenario (RunInput::inputs), where it is a
/// number of the range's unit and lies in the range.
void find_base(VariedParameter& parameter, const std::string& document);

}  // namespace lifeboat::reports
