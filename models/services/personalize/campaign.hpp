// A campaign's capacity: it follows the demand late, upward after a delay, downward at leisure.
//
// At each evaluation the calls of the interval are counted. More of them than the capacity takes:
// that rate and some headroom are asked for, and are there after the growth time; while one growth
// is on its way, no other is asked for. Every 5 minutes the billing period ends: what is billed is
// the average served, at least the minimum, and a capacity that the demand of a whole period did
// not need is given back (never below the minimum).
//
// Rates are kept in thousandths of a transaction a second. What is billed is held as the number of
// servers of a station that nobody enters: its integral over time is the meter. It lags by one
// period of 5 minutes.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "sim/control/control.hpp"
#include "sim/control/controller.hpp"

namespace lifeboat::models::personalize {

struct CampaignPolicy {
  std::string subject;  ///< "recommendations@sg"
  std::string region;
  sim::BucketId capacity;
  sim::RegisterId provisioned;  ///< thousandths
  sim::StationId offered;       ///< entered by every call that asks for capacity
  sim::StationId served;
  sim::StationId billed;   ///< its servers: thousandths
  sim::RegisterId active;  ///< a campaign's Progress: it bills and serves once it is done
  sim::RegisterId region_up;
  std::int64_t minimum = 1000;
  std::int64_t most = 500'000;
  double headroom = 0.25;
  double burst_seconds = 10;
  sim::Duration evaluation = sim::Duration::seconds(60);
  sim::LawId growth;
};

struct CampaignState {
  std::uint64_t offered = 0;  // at the last evaluation
  std::uint64_t served = 0;   // at the last period's end
  std::uint64_t offered_in_period = 0;
  std::int64_t asked = 0;  // on its way; 0: nothing
  sim::Instant there = sim::Instant::never();
  sim::Instant next_evaluation;
  sim::Instant last_evaluation;
  sim::Instant last_period;
  sim::Instant next_period;
  std::uint32_t number = 0;
};

class CampaignController final : public sim::ControllerOf<CampaignState> {
 public:
  explicit CampaignController(CampaignPolicy policy) : policy_(std::move(policy)) {}
  [[nodiscard]] std::string name() const override { return policy_.subject + "/campaign"; }
  static constexpr sim::Duration kPeriod = sim::Duration::minutes(5);

 protected:
  void start_with(CampaignState& state, sim::Control& control) const override;
  void wake_with(CampaignState& state, sim::Control& control) const override;

 private:
  [[nodiscard]] bool active(const sim::Control& control) const;
  void evaluate(CampaignState& state, sim::Control& control) const;
  void end_period(CampaignState& state, sim::Control& control) const;
  void provision(sim::Control& control, std::int64_t thousandths) const;

  CampaignPolicy policy_;
};

}  // namespace lifeboat::models::personalize
