// The daily scan: so many reads, evenly, from a phase of its own.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sim/control/control.hpp"
#include "sim/control/controller.hpp"

namespace lifeboat::models::macie {

struct ScanPolicy {
  std::string name;
  std::vector<sim::PlanId> reads;  ///< one for each store, in turn
  double objects_per_day = 0;
  double objects_per_second = 100;
  sim::Duration timeout = sim::Duration::seconds(30);
  sim::RegisterId region_up;
  sim::RegisterId read;    ///< counts objects that were read
  sim::RegisterId failed;  ///< reads that were refused or took too long
};

struct ScanState {
  sim::Instant next_scan;
  std::uint64_t left = 0;  ///< of the scan that is on
  std::uint64_t sent = 0;
};

class Scan final : public sim::ControllerOf<ScanState> {
 public:
  explicit Scan(ScanPolicy policy) : policy_(std::move(policy)) {}
  [[nodiscard]] std::string name() const override { return policy_.name + "/scan"; }

 private:
  void start_with(ScanState& state, sim::Control& control) const override;
  void wake_with(ScanState& state, sim::Control& control) const override;
  void answered_with(ScanState& state, sim::Control& control,
                     const sim::ProbeResult& result) const override;

  ScanPolicy policy_;
};

}  // namespace lifeboat::models::macie
