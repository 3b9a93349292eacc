// Objectives: what a scenario promises, as one line of text each.
//
//     objective := subject [measure] ("<"|"<="|">"|">=") quantity
//                  ["per year"] ["during" phase] ["in" percent "of trials"]
//     subject   := availability | errors | cost | rto[:journey] | rpo[:store|class] | lost:class
//                  | bad-minutes | journey:NAME|* | service:NAME|*[@region]
//     measure   := mean | max | p(q) | errors | utilization [max(1m)] | queue
//                  | backlog-age p(q) | shortfall-minutes
//
// For example `rto < 4h in 95% of trials` or `journey:checkout p(99) < 800ms during sale`. This
// file is the grammar; what each figure means and how it is judged is the business of reports/.
// The three endings may stand in any order.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/io/quantity.hpp"
#include "sim/time.hpp"

namespace lifeboat::scenarios {

/// One objective, read. `text` is as written, and identifies it in results.
struct Objective {
  enum class Subject : std::uint8_t {
    kAvailability,
    kErrors,
    kRto,
    kRpo,
    kLost,
    kBadMinutes,
    kCost,  ///< of a month
    kJourney,
    kService,
  };
  enum class Measure : std::uint8_t {
    kNone,  ///< the subject is the figure itself
    kMean,  ///< journey: latency, failures counted as infinitely slow
    kMax,
    kQuantile,
    kErrors,            ///< share of failed attempts or visits
    kUtilization,       ///< mean over the run, or over each `window` and then the largest
    kQueue,             ///< mean number waiting
    kBacklogAge,        ///< quantile of the age of messages
    kShortfallMinutes,  ///< minutes in which less ran than was wanted
  };
  enum class Compare : std::uint8_t { kLess, kLessOrEqual, kGreater, kGreaterOrEqual };
  /// What the threshold counts; shares run from 0 to 1.
  enum class Unit : std::uint8_t { kShare, kSeconds, kMinutes, kCount, kUsd };

  std::string text;
  Subject subject = Subject::kAvailability;
  std::string name;    ///< journey, store, class or service; "*" for each; empty: the whole
  std::string region;  ///< of a service; empty: all
  Measure measure = Measure::kNone;
  double quantile = 0;                  ///< of kQuantile and kBacklogAge: 0.99 for p(99)
  std::optional<sim::Duration> window;  ///< of kUtilization: max(1m)
  Compare compare = Compare::kLess;
  double threshold = 0;
  Unit unit = Unit::kShare;
  bool per_month = false;  ///< the quantity ended in /month
  bool per_year = false;
  std::string phase;                      ///< empty: the whole run
  std::optional<double> share_of_trials;  ///< as written; where absent, reports/ says what holds

  /// Whether `value` meets the threshold.
  [[nodiscard]] bool met_by(double value) const;
};

/// Reads one objective; the complaint names the column (from 1) at which reading stopped.
[[nodiscard]] models::io::Parsed<Objective> parse_objective(std::string_view text);

/// What objectives may name.
struct ObjectiveNames {
  std::vector<std::string> journeys;
  std::vector<std::string> services;
  std::vector<std::string> regions;
  std::vector<std::string> stores;  ///< share one space of names with classes
  std::vector<std::string> classes;
  std::vector<std::string> phases;  ///< named windows and traffic events, beside the built-in ones
};

/// The phases that every scenario has.
[[nodiscard]] const std::vector<std::string>& built_in_phases();

/// What is wrong with the names that an objective uses, with the nearest known; empty if nothing.
[[nodiscard]] std::vector<models::io::Complaint> check_names(const Objective& objective,
                                                             const ObjectiveNames& names);

}  // namespace lifeboat::scenarios
