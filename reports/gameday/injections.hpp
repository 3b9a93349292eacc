// A scenario's faults as somebody injects them into the real platform: as actions of AWS Fault
// Injection Service (FIS) where it has one, by hand where it has none.
//
// FIS's own shape (CreateExperimentTemplate): targets are resources of one type, chosen by tags;
// actions act on targets for a duration and start with the experiment, or after other actions have
// ended. A fault that begins later than the first waits for an action of the id aws:fis:wait. One
// experiment acts in one region, so there is a template for each region that has something to
// inject.
//
// Left out: jitter (an action begins when it begins), ramps, chances below 1 (somebody decides on
// the day), and faults that begin with a step of the runbook (FIS cannot see it: by hand).
//
// Sources: AWS FIS user guide, actions reference and CreateExperimentTemplate, as of 2026-11. A FIS
// action lasts from 1 minute to 12 hours.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/faults/fault_plan.hpp"
#include "scenarios/scenario/scenario.hpp"

namespace lifeboat::reports::gameday {

/// Resources of one type; by tags unless ARNs are named.
struct FisTarget {
  std::string name;
  std::string resource_type;                      ///< "aws:ecs:task"
  std::map<std::string, std::string> tags;        ///< that a resource carries to be meant
  std::vector<std::string> arns;                  ///< to be filled in, where tags are not taken
  std::map<std::string, std::string> parameters;  ///< "availabilityZoneIdentifier"
  std::string selection = "ALL";                  ///< ALL, COUNT(n), PERCENT(n)
};

struct FisAction {
  std::string name;
  std::string action_id;  ///< "aws:network:disrupt-connectivity"
  std::string description;
  std::map<std::string, std::string> parameters;
  std::map<std::string, std::string> targets;  ///< FIS's key ("Subnets") and the target's name
  std::vector<std::string> start_after;
};

struct FisTemplate {
  std::string region;  ///< "sg"
  std::string code;    ///< "ap-southeast-1"
  std::string description;
  std::vector<FisTarget> targets;
  std::vector<FisAction> actions;
};

/// One fault of the scenario, on the day.
struct Injection {
  std::string name;
  std::string action_id;       ///< Lifeboat's
  std::string what;            ///< one sentence
  std::optional<double> at_s;  ///< after the first; nothing: with a step of the runbook
  std::string moment;          ///< that step, in words
  std::optional<double> lasts_s;
  double probability = 1;
  std::vector<std::string> fis;      ///< FIS's action ids
  std::vector<std::string> by_hand;  ///< what somebody does instead, a sentence each
  std::vector<std::string> notes;    ///< where FIS's action is something else than the fault
};

struct Injections {
  std::vector<Injection> all;
  std::vector<FisTemplate> templates;  ///< by region; the first fault's first
};

[[nodiscard]] Injections injections_of(const scenarios::Scenario& scenario,
                                       const scenarios::FaultPlan& plan);

/// As FIS writes durations: "PT1H30M"; within its bounds.
[[nodiscard]] std::string fis_duration(double seconds);

}  // namespace lifeboat::reports::gameday
