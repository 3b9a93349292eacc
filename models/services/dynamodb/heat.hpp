// Splits for heat: partitions that throttle are parted, whatever the capacity of the table.
//
// Once a minute the units that calls with a key asked of their partitions are compared with those
// that they got. Two minutes in a row with some refused begin a split, which is there after a time
// of its own; then the next may begin. A split parts all partitions in two: those that do not
// throttle have nothing of it. Keys that shared a partition part so, step by step; one key's own
// heat stays, as a partition's limit is that of any item.
//
// Source: DynamoDB Developer Guide, partition key design (2023): adaptive capacity isolates items
// that are accessed often; times are guesses.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "models/services/dynamodb/taken_units.hpp"
#include "sim/control/control.hpp"
#include "sim/control/controller.hpp"

namespace lifeboat::models::dynamodb {

struct HeatPolicy {
  std::string subject;
  std::string region;
  std::vector<TakenUnits::Meters> asked;  ///< of partitions, by direction
  std::vector<TakenUnits::Meters> got;
  sim::RegisterId splits;
  std::int64_t most = 0;        ///< splits in all, those of a table that grows too
  std::uint64_t heat_most = 0;  ///< splits for heat
  sim::LawId split;
};

struct HeatState {
  double refused = 0;     ///< units, up to the last look
  std::uint32_t hot = 0;  ///< looks in a row that found some refused
  std::uint32_t number = 0;
  sim::Instant looks;
  sim::Instant done = sim::Instant::never();  ///< of the split under way
};

class HeatController final : public sim::ControllerOf<HeatState> {
 public:
  explicit HeatController(HeatPolicy policy) : policy_(std::move(policy)) {}
  [[nodiscard]] std::string name() const override { return policy_.subject + "/heat"; }
  static constexpr sim::Duration kPeriod = sim::Duration::minutes(1);
  /// Looks in a row before a split begins: guess, 1 to 5.
  static constexpr std::uint32_t kHotLooks = 2;

 protected:
  void start_with(HeatState& state, sim::Control& control) const override;
  void wake_with(HeatState& state, sim::Control& control) const override;

 private:
  void look(HeatState& state, sim::Control& control) const;

  HeatPolicy policy_;
};

}  // namespace lifeboat::models::dynamodb
