// Auto scaling of a provisioned table: its read and write units as scalable dimensions.
//
// A metric is the units that calls took (taken_units.hpp) over the units that were provisioned.
// Throttled calls take nothing, so that a table at its limit shows little more than 100 %.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "models/platform/compiler.hpp"
#include "models/scaling/delayed_capacity.hpp"
#include "models/scaling/scaler.hpp"
#include "models/services/dynamodb/taken_units.hpp"
#include "sim/random/law.hpp"

namespace lifeboat::models::dynamodb {

/// dynamodb:table:ReadCapacityUnits and dynamodb:table:WriteCapacityUnits.
extern const ScalableDimension kReadUnits;
extern const ScalableDimension kWriteUnits;

/// One direction of one table.
class ScaledUnits {
 public:
  ScaledUnits(bool write, ScalingSpec spec, sim::Law update)
      : write_(write), spec_(std::move(spec)), update_(std::move(update)) {}

  /// The units that the table begins with: those set, within the limits.
  [[nodiscard]] std::int64_t initial(double set) const;
  void declare(Compiler& compiler, const DeploymentSite& site, double set);
  /// Adds the controllers; `table` is the bucket that the units fill.
  void define(Compiler& compiler, const DeploymentSite& site, sim::BucketId table,
              const TakenUnits& taken) const;
  [[nodiscard]] const CapacityRegisters& registers() const { return registers_; }

 private:
  [[nodiscard]] const char* word() const { return write_ ? "write" : "read"; }

  bool write_;
  ScalingSpec spec_;
  sim::Law update_;
  CapacityRegisters registers_;
};

}  // namespace lifeboat::models::dynamodb
