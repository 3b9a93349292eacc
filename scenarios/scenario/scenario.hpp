// A scenario: a platform, traffic, faults, runbooks, objectives and a horizon, read, resolved and
// checked.
//
// Loading merges everything that the file names into one document (platform with its overlays,
// traffic, faults, runbooks inline), applies `--set` to it, and reads that strictly; all mistakes
// are reported together. compile.hpp makes a network of the result.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/io/clock.hpp"
#include "models/io/document.hpp"
#include "models/io/files.hpp"
#include "models/io/problems.hpp"
#include "models/io/schema.hpp"
#include "models/platform/platform.hpp"
#include "scenarios/faults/faults.hpp"
#include "scenarios/objectives/objective.hpp"
#include "scenarios/recovery/recovery.hpp"
#include "scenarios/runbooks/runbook.hpp"
#include "scenarios/scenario/automation.hpp"
#include "scenarios/scenario/platform_names.hpp"
#include "scenarios/scenario/strategy.hpp"
#include "scenarios/traffic/plan.hpp"
#include "scenarios/traffic/traffic.hpp"
#include "sim/time.hpp"

namespace lifeboat::scenarios {

/// See the file comment. Nothing in it changes once it is loaded.
struct Scenario {
  std::string name;
  std::string title;     ///< a sentence for people; may be empty
  std::string strategy;  ///< that was chosen for it; empty: its own
  std::shared_ptr<const models::Platform> platform;
  PlatformNames names;
  models::io::Calendar calendar;
  bool clock_given = false;  ///< the scenario or its traffic said what the clock shows
  sim::Duration warmup;
  sim::Duration duration;
  sim::Duration follow;  ///< how long requests are followed after the end, at most
  bool ends_when_recovered = false;
  enum class Run : std::uint8_t { kTerminating, kSteady } run = Run::kTerminating;
  bool starts_steady = true;  ///< counts and caches as a long time at the first rate leaves them
  Traffic traffic;
  TrafficPlan plan;
  TrafficTargets targets;
  std::vector<JourneyLoad> loads;  ///< expected, by journey of `names`
  Faults faults;
  std::vector<Runbook> runbooks;
  std::vector<Window> phases;  ///< named windows, and traffic events by name
  RecoverySettings recovery;
  std::vector<Objective> objectives;

  /// The merged document, as files beside one another would be written: `document` names the data
  /// files (traces, shapes) by their bare names.
  std::string document;
  struct DataFile {
    std::string name;
    std::string text;
  };
  std::vector<DataFile> data_files;

  [[nodiscard]] Horizon horizon() const {
    return {sim::Instant::origin() - warmup, sim::Instant::origin() + duration + follow, duration};
  }
};

/// What is to differ from what a scenario's files say.
struct ScenarioChanges {
  /// "platform.services.web.desiredCount=2": options of `--set`, applied to the merged document.
  std::vector<std::string> set;
  std::optional<Strategy> strategy;  ///< in the place of the scenario's own
  std::optional<double> standby{};   ///< share of the other region's tasks that stand by
  Automation automation{};           ///< steps that are done by scripts
  bool without_faults = false;       ///< the same day, and nothing happens
  /// Laid upon the platform after the scenario's own overlays, in order.
  std::vector<std::filesystem::path> overlays{};
};

/// Loads a scenario's file and all that it names. Nothing where there are errors.
[[nodiscard]] std::optional<Scenario> load_scenario(const std::filesystem::path& file,
                                                    const ScenarioChanges& changes,
                                                    models::io::Problems& problems);
/// The same from a document in memory.
[[nodiscard]] std::optional<Scenario> load_scenario(const models::io::Document& document,
                                                    const ScenarioChanges& changes,
                                                    models::io::Problems& problems);

/// The file of a scenario: `name` as a path if there is such a file, else a scenario of the library
/// under the data root ("scenarios/library/NAME.json").
[[nodiscard]] std::optional<std::filesystem::path> find_scenario(
    std::string_view name, const std::optional<models::io::DataRoot>& root);

/// The scenario that runs when none is named.
inline constexpr std::string_view kReferenceScenario = "lose-singapore";

/// The names that objectives of this scenario may use.
[[nodiscard]] ObjectiveNames objective_names(const PlatformNames& names,
                                             const std::vector<Window>& phases);

/// The keys of each format, for editors and `lifeboat explain`.
[[nodiscard]] models::io::Schema scenario_schema();
[[nodiscard]] models::io::Schema traffic_schema();
[[nodiscard]] models::io::Schema faults_schema();
[[nodiscard]] models::io::Schema runbook_schema();

}  // namespace lifeboat::scenarios
