// The capacity of an on-demand table, one direction.
//
// At once a table takes what it is warm for, and never less than twice its previous peak, the most
// units a second of any minute that ended 30 minutes ago or earlier; at most what its quota or
// `onDemandThroughput` allows. Beyond that it throttles. So a step in load is served as follows:
// the warm throughput for 30 minutes (31 with the minute's bin), twice that for the next 30, and so
// on: the reading of the published rule that errs towards throttling.
//
// Source: DynamoDB Developer Guide, capacity modes (2023): "instantly accommodates up to double the
// previous peak"; "throttling can occur if you exceed double your previous peak within 30 minutes".
//
// Growth splits all partitions in two as often as the capacity needs, which also parts warm keys
// that shared one; those that heat has split already are left as they are.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "models/services/dynamodb/taken_units.hpp"
#include "sim/control/control.hpp"
#include "sim/control/controller.hpp"

namespace lifeboat::models::dynamodb {

inline constexpr std::size_t kPeakMinutes = 30;

/// Units a second that a table takes at once.
[[nodiscard]] double instant_capacity(double warm, double previous_peak, double most);

/// How often partitions of `of_partition` units must be split in two to give `units`.
[[nodiscard]] std::uint32_t splits_for(double units, double of_partition, std::uint32_t partitions);

struct OnDemandPolicy {
  std::string subject;
  std::string region;
  bool write = false;
  double warm = 0;  ///< units a second
  double most = 0;
  double tokens_per_unit = 1;
  double of_partition = 0;  ///< units a second
  std::uint32_t partitions = 1;
  TakenUnits::Meters meters;
  sim::BucketId table;
  sim::RegisterId capacity;               ///< units a second
  std::vector<sim::PartitionsId> ranges;  ///< of both directions
};

struct OnDemandState {
  double taken = 0;
  double peak = 0;  ///< previous: older than the minutes below
  std::array<double, kPeakMinutes> minutes{};
  std::uint32_t number = 0;
};

class OnDemandController final : public sim::ControllerOf<OnDemandState> {
 public:
  explicit OnDemandController(OnDemandPolicy policy) : policy_(std::move(policy)) {}
  [[nodiscard]] std::string name() const override {
    return policy_.subject + (policy_.write ? "/on-demand-writes" : "/on-demand-reads");
  }
  static constexpr sim::Duration kPeriod = sim::Duration::minutes(1);

 protected:
  void start_with(OnDemandState& state, sim::Control& control) const override;
  void wake_with(OnDemandState& state, sim::Control& control) const override;

 private:
  OnDemandPolicy policy_;
};

}  // namespace lifeboat::models::dynamodb
