// Capacity that follows its desired value after a time: a table's units, a cache's shards, a
// function's provisioned concurrency. (Tasks have a scheduler instead.)
//
// One change is under way at a time; what is asked for meanwhile follows it. A change that is under
// way is finished whatever the control plane does; none begins while that or the region is down.
// Where AWS limits how often capacity is taken back, a decrease too many is refused: the desired
// value goes back to what there is.
//
// The capacity over time is kept in two registers (its integral up to the last change, and when
// that was), so that a metric may read it without any state of its own.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "models/platform/compiler.hpp"
#include "sim/control/control.hpp"
#include "sim/control/controller.hpp"

namespace lifeboat::models {

/// The registers of such a capacity; integral in thousandths of unit seconds, since in nanoseconds.
struct CapacityRegisters {
  sim::RegisterId desired;
  sim::RegisterId min_capacity;
  sim::RegisterId max_capacity;
  sim::RegisterId current;
  sim::RegisterId integral;
  sim::RegisterId since;

  /// Unit seconds since the beginning of the trial's clock.
  [[nodiscard]] double unit_seconds(sim::Control& control) const;
};

/// Adds them as "NAME/desired", "NAME/min-capacity" ... with `initial` units.
[[nodiscard]] CapacityRegisters add_capacity(Compiler& compiler, const std::string& name,
                                             std::int64_t initial, std::int64_t least,
                                             std::int64_t most);

struct DelayedCapacityPolicy {
  std::string name;  ///< of the controller, and its luck: "sessions@sg/read"
  std::string service;
  std::string region;
  std::string unit;  ///< "read units"
  CapacityRegisters registers;
  sim::RegisterId region_up;
  sim::RegisterId control_plane;
  sim::LawId takes;
  double seconds_per_unit = 0;    ///< and this for each unit added
  bool limits_decreases = false;  ///< 4 a day, and one more in each hour without any
  std::function<void(sim::Control&, std::int64_t)> apply;  ///< optional: told the new capacity
};

struct DelayedCapacityState {
  bool changing = false;
  sim::Instant done_at;
  std::int64_t target = 0;
  std::uint64_t number = 0;
  sim::Instant day_end;
  std::uint32_t decreases = 0;  ///< of the day
  sim::Instant last_decrease;
};

class DelayedCapacity final : public sim::ControllerOf<DelayedCapacityState> {
 public:
  explicit DelayedCapacity(DelayedCapacityPolicy policy) : policy_(std::move(policy)) {}
  [[nodiscard]] std::string name() const override { return policy_.name + "/capacity"; }

 private:
  void start_with(DelayedCapacityState& state, sim::Control& control) const override;
  void wake_with(DelayedCapacityState& state, sim::Control& control) const override;
  void begin(DelayedCapacityState& state, sim::Control& control) const;
  void finish(DelayedCapacityState& state, sim::Control& control) const;
  [[nodiscard]] bool may_decrease(DelayedCapacityState& state, sim::Control& control) const;

  DelayedCapacityPolicy policy_;
};

/// Fills in the region's registers and adds the controller, which watches the desired capacity.
void add_delayed_capacity(Compiler& compiler, DelayedCapacityPolicy policy);

}  // namespace lifeboat::models
