#include "scenarios/scenario/automation.hpp"

#include "scenarios/scenario/merge.hpp"

namespace lifeboat::scenarios {

namespace io = models::io;

namespace {

using io::Value;

/// The object with what `change` makes of the member; unchanged where there is none.
template <class Change>
Value with_changed(const Value& object, std::string_view name, const Change& change) {
  const io::Member* member = object.find(name);
  return member == nullptr ? object : io::with_member(object, name, change(member->value));
}

Value automatic_step(const Value& step, const std::string& script) {
  const Value by = io::with_member(step, "by", Value::string("automatic", step.place()));
  return with_changed(by, "takes",
                      [&](const Value& takes) { return Value::string(script, takes.place()); });
}

/// Whether the runbook has the step that is to be automatic, which then is.
bool automate(Value& runbook, const AutomaticStep& asked, const std::string& script) {
  if (asked.step.empty()) {
    const io::Member* trigger = runbook.find("trigger");
    if (trigger == nullptr || trigger->value.find("pages") == nullptr) return false;
    runbook = io::with_member(runbook, "trigger", io::without_member(trigger->value, "pages"));
    return true;
  }
  const io::Member* steps = runbook.find("steps");
  if (steps == nullptr || steps->value.find(asked.step) == nullptr) return false;
  runbook = with_changed(runbook, "steps", [&](const Value& all) {
    return with_changed(all, asked.step,
                        [&](const Value& step) { return automatic_step(step, script); });
  });
  return true;
}

}  // namespace

Value with_automation(const Value& scenario, const Automation& automation, io::Problems& problems) {
  const io::Member* written = scenario.find("runbooks");
  std::vector<Value> runbooks =
      written == nullptr ? std::vector<Value>{} : detail::one_or_list(written->value);
  for (const AutomaticStep& asked : automation.steps) {
    bool found = false;
    for (Value& runbook : runbooks) {
      const io::Member* name = runbook.find("name");
      if (name == nullptr || name->value.as_string() != asked.runbook) continue;
      found = automate(runbook, asked, automation.script) || found;
    }
    if (found) continue;
    problems.error(
        scenario.place(),
        "there is no " +
            (asked.step.empty() ? std::string("page") : "step " + io::quote(asked.step)) +
            " of a runbook " + io::quote(asked.runbook) + " to be made automatic",
        "a step that a person does");
  }
  if (automation.empty() || written == nullptr) return scenario;
  return io::with_member(scenario, "runbooks",
                         written->value.is_array()
                             ? Value::array(std::move(runbooks), written->value.place())
                             : runbooks.front());
}

}  // namespace lifeboat::scenarios
