// What the loss of a region takes from active copies.
//
// Copies that all take writes need no promotion: the survivors go on. What the dead region had
// acknowledged and not yet copied is absent from them from that moment, so it is counted then.
#pragma once

#include <string>
#include <vector>

#include "sim/control/control.hpp"
#include "sim/control/controller.hpp"

namespace lifeboat::models {

struct SeparationState {
  bool up = true;
};

class SeparationController final : public sim::ControllerOf<SeparationState> {
 public:
  /// `region_up` is that of the copy from which `logs` lead away.
  SeparationController(std::string subject, sim::RegisterId region_up, std::vector<sim::LogId> logs)
      : subject_(std::move(subject)), region_up_(region_up), logs_(std::move(logs)) {}
  [[nodiscard]] std::string name() const override { return subject_ + "/separation"; }

 protected:
  void start_with(SeparationState& state, sim::Control& control) const override {
    state.up = control.value(region_up_) != 0;
  }
  void wake_with(SeparationState& state, sim::Control& control) const override {
    const bool up = control.value(region_up_) != 0;
    if (state.up && !up) {
      for (const sim::LogId log : logs_) control.open_copy(log, control.now());
    }
    state.up = up;
  }

 private:
  std::string subject_;
  sim::RegisterId region_up_;
  std::vector<sim::LogId> logs_;
};

}  // namespace lifeboat::models
