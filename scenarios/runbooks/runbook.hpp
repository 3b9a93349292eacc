// Runbooks as people write them: the plan, workflow and blocks of an ARC Region switch, with the
// people who carry them out.
//
// A trigger (a health check that is unhealthy for a while, or a time) pages somebody; once one of
// them answers, steps run as soon as the steps they come after are done. A step first takes the
// labour of a person or a script (`takes`), then acts on the platform through a block, then waits
// until the effect is done and shows (`until`; of warmCache `until` alone). The time of the effect
// itself comes from the mechanism and is never written here.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/io/document.hpp"
#include "models/io/problems.hpp"
#include "scenarios/scenario/located.hpp"
#include "scenarios/scenario/platform_names.hpp"
#include "sim/random/law.hpp"
#include "sim/time.hpp"

namespace lifeboat::scenarios {

/// A group of people of one skill: servers, first come, first served.
struct People {
  std::string name;
  models::io::Place place;
  std::uint32_t count = 1;
  sim::Law answers;  ///< from the page to the keyboard
  struct Asleep {
    int from_second_of_day = 0;
    int to_second_of_day = 0;  ///< may be smaller: past midnight
    sim::Law answers;
  };
  std::optional<Asleep> asleep;
};

struct Trigger {
  models::io::Place place;
  std::optional<LocatedName> health_check;
  bool when_healthy = false;  ///< fires on healthy (a failback) rather than unhealthy
  sim::Duration lasting;
  std::optional<LocatedClock> at;    ///< instead of a check: a rehearsal
  std::optional<LocatedName> pages;  ///< absent: starts by itself
};

/// When a step's effect has shown.
struct Until {
  enum class Kind : std::uint8_t { kHealthy, kMetric } kind = Kind::kHealthy;
  double healthy_share = 1;  ///< of the tasks asked for
  std::string metric;
  enum class Compare : std::uint8_t {
    kLess,
    kLessOrEqual,
    kGreater,
    kGreaterOrEqual
  } compare = Compare::kGreater;
  double threshold = 0;  ///< in the metric's own unit; a percentage as a share
  std::string unit;      ///< "%", "s" or "1", to be compared with the metric's
  std::string text;
};

/// How many tasks.
struct Amount {
  std::optional<double> number;
  double share = 1;
  std::string region;         ///< share of the tasks that run there ...
  bool before_fault = false;  ///< ... now, or on average in the 5 minutes before the fault
};

/// How long a step without `timeout` tries once its labour is done: a guess, between the minutes of
/// a scripted step and the hours that nobody watches (range 10 min to 4 h).
inline constexpr sim::Duration kStandardTimeout = sim::Duration::minutes(60);

/// A zonal shift lasts at most so long: API reference of ARC zonal shift, as of 2026-11.
inline constexpr sim::Duration kLongestShift = sim::Duration::hours(72);

struct RunbookStep {
  std::string name;
  models::io::Place place;
  std::string block;
  std::vector<LocatedName> services;
  std::optional<LocatedName> by;  ///< absent: automatic
  std::vector<LocatedName> after;
  std::optional<sim::Law> takes;
  std::optional<Located<Until>> until;
  std::optional<sim::Duration> timeout;  ///< absent: kStandardTimeout after its labour
  std::uint32_t max_attempts = 1;
  sim::Duration retry_wait;
  double success = 1;
  enum class OnFailure : std::uint8_t { kStop, kContinue, kStep } on_failure = OnFailure::kStop;
  LocatedName fallback;  ///< kStep: stands in for this one
  std::optional<LocatedName> runs_from;
  std::optional<Located<Amount>> to;      ///< ecsCapacityIncrease
  std::optional<double> rate_per_second;  ///< warmCache
  std::optional<double> share;            ///< shedTraffic, shedAllTraffic
  std::optional<LocatedName> zone;        ///< startZonalShift, cancelZonalShift
  /// startZonalShift: when it ends by itself; absent: kLongestShift.
  std::optional<sim::Duration> expires_in;
  struct Switch {
    LocatedName name;
    bool healthy = true;
  };
  std::vector<Switch> switches;  ///< route53HealthCheck

  /// Whether it changes the platform, rather than only deciding or looking.
  [[nodiscard]] bool acts() const { return block != "executionApproval"; }
  [[nodiscard]] bool shifts_zone() const {
    return block == "startZonalShift" || block == "cancelZonalShift";
  }
};

struct Runbook {
  std::string name;
  std::string luck;  ///< name under which it draws; empty: its own
  models::io::Place place;
  bool graceful = false;
  bool in_place = false;  ///< no region is left: `deactivate` is empty
  std::string activate;
  std::string deactivate;
  models::io::Place activate_place;
  models::io::Place deactivate_place;
  std::vector<People> people;
  Trigger trigger;
  std::vector<RunbookStep> steps;

  [[nodiscard]] const People* find_people(std::string_view group) const;
};

/// One line of `lifeboat list`: a block of this version.
struct BlockKind {
  std::string_view block;
  std::string_view summary;
};
[[nodiscard]] const std::vector<BlockKind>& runbook_blocks();

/// Reads the format lifeboat/runbook/1. Where `inlined`, the format line may be left out.
[[nodiscard]] Runbook read_runbook(const models::io::Value& value, bool inlined,
                                   models::io::Problems& problems);

/// Checks a runbook against a platform before anything runs: unknown names, cycles (with their
/// path), steps that nothing releases, steps that would run from the region that is lost.
void check_runbook(const Runbook& runbook, const PlatformNames& names,
                   models::io::Problems& problems);

}  // namespace lifeboat::scenarios
