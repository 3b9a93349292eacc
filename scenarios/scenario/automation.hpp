// Steps of a runbook made automatic, as a change of the scenario's document.
//
// A person's step becomes a script's: nobody is paged or waited for, and a script's time stands in
// the place of the person's labour, where the step has any. What AWS does with the call takes its
// own time, as before. The page that a trigger sends is a step of this kind too: without it the
// runbook starts by itself.
#pragma once

#include <string>
#include <vector>

#include "models/io/document.hpp"
#include "models/io/problems.hpp"

namespace lifeboat::scenarios {

struct AutomaticStep {
  std::string runbook;
  std::string step;  ///< empty: the page that the trigger sends

  bool operator==(const AutomaticStep&) const = default;
};

struct Automation {
  std::vector<AutomaticStep> steps;
  std::string script = "10s";  ///< a duration, in the place of a person's labour

  [[nodiscard]] bool empty() const { return steps.empty(); }
};

/// `scenario` has its runbooks inline. An error where one of the steps is not there.
[[nodiscard]] models::io::Value with_automation(const models::io::Value& scenario,
                                                const Automation& automation,
                                                models::io::Problems& problems);

}  // namespace lifeboat::scenarios
