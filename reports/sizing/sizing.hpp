// What `size` found, as plain data: printed as text, Markdown, JSON and a page.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "reports/document/report.hpp"

namespace lifeboat::reports {

/// One knob of the plan.
struct SizedKnob {
  std::string service;
  std::string region;
  std::string kind;
  std::string parameter;
  std::string unit;
  std::string now;  ///< as the file has it
  std::string plan;
  double now_size = 0;
  double plan_size = 0;
  std::optional<double> now_cost;  ///< a month; nothing for what is free
  std::optional<double> plan_cost;
  bool is_limit = false;           ///< no bill prices it: never below what the file says
  std::optional<double> headroom;  ///< its tightest station's capacity over the offered load
  /// What the level rests on: "p(99) of checkout", "its least", "what the file says".
  std::string binds;
  /// What one step less was seen to do; empty where that was not tried.
  std::string one_less;
  std::optional<Verdict> one_less_verdict;
  double one_less_doubt = 1;  ///< chance that a settled verdict of it is wrong, at most
};

/// One design on the way to the plan.
struct SizedStep {
  std::string stage;  ///< "theory", "scant", "one less", "together", "confirm"
  std::string what;   ///< which design, in words
  double cost = 0;
  std::uint32_t trials = 0;
  Verdict verdict = Verdict::kInconclusive;
};

/// The plan of least cost that was found to meet the objectives.
struct Sizing {
  std::string scenario;
  std::string title;
  std::string platform;
  std::string given;      ///< faults; empty: none
  double load = 1;        ///< factor on the scenario's traffic
  std::string zone_down;  ///< "a of sg"; empty: none
  std::uint64_t seed = 1;
  bool is_billed = false;  ///< costs are USD a month; otherwise servers, tasks and nodes
  bool found = false;      ///< the plan was confirmed; otherwise it is the best so far
  bool is_exact = false;   ///< from closed forms, which are exact for this scenario
  bool interrupted = false;
  bool out_of_time = false;
  std::vector<SizedKnob> knobs;
  double now_cost = 0;
  double plan_cost = 0;
  std::vector<ObjectiveReport> objectives;  ///< of the plan, by trials of their own
  std::uint32_t confirmed_by = 0;           ///< trials of which the search saw nothing
  double confidence = 0.95;                 ///< that the plan meets the objectives
  /// Designs with one step less of one knob: those tried, those that miss, and the chance that all
  /// of these are told rightly, at least.
  std::uint32_t neighbours = 0;
  std::uint32_t neighbours_missed = 0;
  double neighbours_confidence = 0;
  std::vector<SizedStep> steps;
  std::uint32_t trials = 0;  ///< in all
  double cpu_s = 0;          ///< processor time of the search
  double wall_s = 0;
  std::string overlay;  ///< of the platform, that makes the plan
  std::vector<std::pair<std::string, std::string>> inputs;  ///< the plan's scenario and its data
  std::vector<Finding> findings;
};

/// A factor on the traffic that was tried.
struct HeadroomPoint {
  double factor = 1;
  std::uint32_t trials = 0;
  Verdict verdict = Verdict::kInconclusive;
  bool seems_met = false;  ///< every estimate is on the good side
};

/// How much more traffic the scenario's platform takes.
struct Headroom {
  std::string scenario;
  std::string title;
  std::string platform;
  std::string given;
  double load = 1;
  std::string zone_down;
  std::uint64_t seed = 1;
  bool interrupted = false;
  bool out_of_time = false;
  std::optional<double> estimate;   ///< the factor up to which estimates meet the objectives
  std::optional<double> low;        ///< the largest that was shown to meet them
  std::optional<double> high;       ///< the smallest that was shown to miss one
  std::string bottleneck;           ///< by theory
  std::optional<double> full_at;    ///< the factor at which it runs full
  std::vector<std::string> breaks;  ///< objectives that fail first
  std::string busiest;              ///< station at the first factor that fails
  std::optional<double> busiest_utilization;
  std::string cause;  ///< of most failures there; empty: none failed
  std::vector<HeadroomPoint> points;
  std::uint32_t trials = 0;
  double cpu_s = 0;
  double wall_s = 0;
  std::vector<Finding> findings;
};

}  // namespace lifeboat::reports
