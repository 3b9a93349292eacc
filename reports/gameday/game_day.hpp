// A game day: a scenario rehearsed on the real platform by the people who run it.
//
// The script says what to inject, what to expect at which minute and when to stop. What to expect
// is simulated: over trials, each row of the failover (a fault, a detection, a person who answers,
// a step of the runbook) has a median and a 95th percentile of its beginning and of its end, after
// the first fault. On the day the same moments are written beside them; a row that comes later than
// 95 of 100 simulated ones is either bad luck or something that the model does not know.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/io/problems.hpp"
#include "reports/gameday/injections.hpp"
#include "reports/studies/prepare.hpp"
#include "reports/studies/run_study.hpp"

namespace lifeboat::reports::gameday {

/// A moment after the first fault, over the trials that have it.
struct Moment {
  double p50_s = 0;
  double p95_s = 0;
};

struct ExpectedRow {
  std::string name;
  std::string label;  ///< in words
  std::string owner;  ///< empty: nobody
  std::string kind;   ///< fault, detection, person, step, customers
  Moment begins;
  std::optional<Moment> ends;  ///< nothing: at once, or not within any trial
  double share = 1;            ///< of trials that have it
};

struct Role {
  std::string name;
  std::string what;
};

/// Of the runbooks, what has to be ready.
struct Preparation {
  std::vector<Role> roles;
  std::vector<std::string> checks;
  std::vector<std::string> switches;  ///< that a runbook flips
  std::string leaves;                 ///< region that is left; empty: none is
  std::string activates;
};

struct GameDay {
  Report report;
  std::string starts;  ///< the scenario's clock at time 0, in words; empty: none given
  Injections injections;
  std::vector<ExpectedRow> rows;  ///< by the median of their beginning
  Preparation preparation;
  std::uint64_t seed = 1;
};

/// Reads, checks and compiles the scenario: what it injects and who is needed; the rows are left
/// to rehearse().
struct PreparedGameDay {
  RunInput input;
  Injections injections;
  Preparation preparation;
};
[[nodiscard]] std::optional<PreparedGameDay> prepare_game_day(const std::filesystem::path& file,
                                                              const PrepareOptions& options,
                                                              models::io::Problems& problems);

/// Simulates it.
[[nodiscard]] GameDay rehearse(const PreparedGameDay& prepared, const StudyOptions& options,
                               const StudyProgress& progress = {});

/// The rows over trials (events of each).
[[nodiscard]] std::vector<ExpectedRow> expected_rows(
    const std::vector<std::pair<std::uint32_t, std::vector<sim::IncidentEvent>>>& trials,
    const std::vector<TrialReport>& recoveries);

/// The facilitator's script, in Markdown.
[[nodiscard]] std::string game_day_script(const GameDay& day);
/// One template for `aws fis create-experiment-template --cli-input-json`.
[[nodiscard]] std::string fis_document(const FisTemplate& one);
/// Everything, as one JSON document (format lifeboat/game-day/1).
[[nodiscard]] std::string game_day_document(const GameDay& day);
/// gameday.md, fis.json (and fis-REGION.json of further regions); returns their paths.
std::vector<std::string> write_game_day(const std::filesystem::path& folder, const GameDay& day);

}  // namespace lifeboat::reports::gameday
