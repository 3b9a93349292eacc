// Splits for heat: a partition that throttles is parted, whatever the capacity of the table.
//
// Once a minute each partition's refused calls are looked at. One that refused some in two minutes
// in a row, of more than one key, is hot; of the hot ones that which refused most begins a split,
// which is there after a time of its own; then the next may begin. A split parts the range of
// hashes of that partition alone into halves: its neighbours stay as they are. Where all refused
// calls were for one key no split helps, and none is begun: a partition's limit is that of any
// item.
//
// Source: DynamoDB Developer Guide, partition key design (2023): adaptive capacity isolates items
// that are accessed often; times are guesses, and so is the middle of the range (AWS picks the
// place by what it has seen of the traffic).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sim/control/control.hpp"
#include "sim/control/controller.hpp"

namespace lifeboat::models::dynamodb {

struct HeatPolicy {
  std::string subject;
  std::string region;
  std::vector<sim::PartitionsId> ranges;  ///< of reads and of writes: the same ranges of keys
  sim::RegisterId splits;                 ///< how many there were
  std::uint32_t most = 0;
  sim::LawId split;
};

/// One partition at the last look.
struct PartitionHeat {
  std::uint64_t refused = 0;
  std::uint64_t turns = 0;
  std::uint64_t grew = 0;   ///< refused in the last minute
  std::uint8_t hot = 0;     ///< looks in a row that found it so, at most kHotLooks
  std::uint8_t single = 0;  ///< the same of those in which one key was all of its heat
  bool told = false;        ///< that one key is all of its heat
};

struct HeatState {
  static constexpr std::uint32_t kMost = 1024;  ///< partitions watched, those of the start first
  std::array<PartitionHeat, kMost> partitions{};
  std::uint32_t number = 0;
  std::uint32_t splitting = 0;
  sim::Instant looks;
  sim::Instant done = sim::Instant::never();  ///< of the split under way
};

class HeatController final : public sim::ControllerOf<HeatState> {
 public:
  explicit HeatController(HeatPolicy policy) : policy_(std::move(policy)) {}
  [[nodiscard]] std::string name() const override { return policy_.subject + "/heat"; }
  static constexpr sim::Duration kPeriod = sim::Duration::minutes(1);
  /// Looks in a row before a split begins: guess, 1 to 5.
  static constexpr std::uint8_t kHotLooks = 2;
  /// Refused calls of one key in a minute that say that it is the only one: guess, 5 to 100.
  static constexpr std::uint64_t kFewOfOne = 10;

 protected:
  void start_with(HeatState& state, sim::Control& control) const override;
  void wake_with(HeatState& state, sim::Control& control) const override;

 private:
  void look(HeatState& state, sim::Control& control) const;
  void split(HeatState& state, sim::Control& control) const;
  void look_at(std::uint32_t index, PartitionHeat& heat, sim::Control& control) const;

  HeatPolicy policy_;
};

}  // namespace lifeboat::models::dynamodb
