// Units that calls took, counted where they are taken: by a station that each call enters and
// leaves at once (calls of equal units share one), since the engine's buckets have no view.
// Throttled calls take nothing, as in CloudWatch's ConsumedReadCapacityUnits.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "models/platform/compiler.hpp"
#include "sim/control/control.hpp"

namespace lifeboat::models::dynamodb {

/// One direction of one table.
class TakenUnits {
 public:
  /// `what`, if any, tells its stations from those of another count of the same direction.
  explicit TakenUnits(bool write, std::string what = {}) : write_(write), what_(std::move(what)) {}

  /// Steps that count a call of so many tokens (half read units, or write units) as taken.
  void count(Compiler& compiler, const DeploymentSite& site, sim::PlanBuilder& plan,
             std::uint32_t tokens);
  /// The station of calls of so many tokens, made if there is none.
  sim::StationId station(Compiler& compiler, const DeploymentSite& site, std::uint32_t tokens);
  [[nodiscard]] double tokens_per_unit() const { return write_ ? 1 : 2; }
  [[nodiscard]] bool write() const { return write_; }

  /// Stations with the units of one of their calls; complete once all steps are written.
  using Meters = std::vector<std::pair<double, sim::StationId>>;
  [[nodiscard]] Meters meters() const;

 private:
  bool write_;
  std::string what_;
  std::map<std::uint32_t, sim::StationId> stations_;  // by tokens of a call
};

/// Units taken up to now.
[[nodiscard]] double taken(const TakenUnits::Meters& meters, sim::Control& control);

}  // namespace lifeboat::models::dynamodb
