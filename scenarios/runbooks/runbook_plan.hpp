// A runbook on a platform and a clock: names turned into registers, laws and verbs.
//
// The executor (executor.hpp) runs a plan as one controller. A plan is made by plan_runbook for a
// compiled platform, or by hand in tests.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "models/io/clock.hpp"
#include "models/platform/kind.hpp"
#include "scenarios/runbooks/runbook.hpp"
#include "sim/control/control.hpp"
#include "sim/network/ids.hpp"
#include "sim/time.hpp"

namespace lifeboat::scenarios {

/// A group of people; laws are rows of the network.
struct PlannedPeople {
  std::string name;
  std::uint32_t count = 1;
  sim::LawId answers;
  struct Asleep {
    int from_second_of_day = 0;
    int to_second_of_day = 0;
    sim::LawId answers;
  };
  std::optional<Asleep> asleep;
};

/// What a step does to one deployment.
struct PlannedAction {
  std::string deployment;  ///< "web@syd"
  std::string region;
  /// Begins the effect; false where it was refused.
  std::function<bool(sim::Control&, const models::VerbArguments&)> begin;
  /// What became of it; empty: it is done once begun.
  std::function<models::VerbStatus(sim::Control&, const models::VerbArguments&)> status;
  /// Whether `until` holds, given the amount asked for; counts once `status` says done.
  std::function<bool(sim::Control&, double amount)> until;
  /// Changes when status or until may have changed; invalid: they are polled every second.
  sim::RegisterId changes;
  /// The control plane of the deployment's own region, where that is not the step's: while it is
  /// down, an attempt fails.
  sim::RegisterId own_control_plane;
  /// The amount is `number`, or `share` of the tasks that run in `reference`.
  double number = 0;
  double share = 0;
  std::optional<sim::TaskGroupId> reference;
  bool before_fault = false;
  std::uint32_t zone = 0;  ///< of the deployment's
};

struct PlannedStep {
  std::string name;
  std::string block;
  std::string region;  ///< runsFrom
  std::optional<std::uint32_t> people;
  std::vector<std::uint32_t> after;
  bool only_as_fallback = false;
  sim::LawId takes;  ///< invalid: no time
  /// From its beginning; absent: kStandardTimeout after its labour.
  std::optional<sim::Duration> timeout;
  std::uint32_t max_attempts = 1;
  sim::Duration retry_wait;
  double success = 1;
  RunbookStep::OnFailure on_failure = RunbookStep::OnFailure::kStop;
  std::uint32_t fallback = 0;
  sim::RegisterId needs;  ///< 1 while what it runs from takes calls; invalid: needs nothing
  std::string needs_of;   ///< whose control plane that is ("dns"); empty: `region`'s
  sim::RegisterId tells;  ///< step_register of faults that wait for it; invalid: none does
  std::vector<PlannedAction> actions;
  struct Set {
    sim::RegisterId reg;
    std::int64_t value = 0;
  };
  std::vector<Set> sets;
};

struct RunbookPlan {
  std::string name;
  std::string luck;  ///< name under which it draws; empty: its own
  models::io::Calendar calendar;
  std::vector<PlannedPeople> people;
  std::vector<PlannedStep> steps;
  // The trigger: a register that holds a value for a while, or an instant.
  std::string check;  ///< name of the health check, for the log
  sim::RegisterId watched;
  std::int64_t fires_at_value = 0;
  sim::Duration lasting;
  std::optional<sim::Instant> at;
  std::optional<std::uint32_t> pages;
  // What others tell it and it tells others.
  sim::RegisterId faults_begun;  ///< see FaultPlan; invalid: no faults
  sim::RegisterId blamed;
  std::vector<std::string> faults;  ///< by row, for the log
  sim::RegisterId progress;         ///< set to 1 when it is triggered and to 2 when it ends
};

}  // namespace lifeboat::scenarios
