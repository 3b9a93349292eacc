// The loss of zones as a fault makes it, in a test's own hands (tests/models/services/testbed.hpp).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/models/services/testbed.hpp"

namespace lifeboat::tests {

/// For a Testbed whose zones may fail.
inline models::CompileOptions zones_may_fail() {
  models::CompileOptions options;
  options.zones_may_fail = true;
  return options;
}

/// Loses zones of one region and brings them back; `refused` of what comes later is reset, the rest
/// hangs.
class ZoneLoss {
 public:
  explicit ZoneLoss(std::vector<std::string> zones, double refused = 1, std::string service = {})
      : zones_(std::move(zones)), service_(std::move(service)) {
    effect_.refuse_share = refused;
    effect_.share = refused;
  }
  [[nodiscard]] Script::Action begin() const {
    return [*this](sim::Control& control) {
      change_registers(control, 1);
      *acting_ = control.begin_effect(parts(control), effect_);
    };
  }
  [[nodiscard]] Script::Action end() const {
    return [*this](sim::Control& control) {
      change_registers(control, -1);
      control.end_effect(*acting_);
    };
  }

 private:
  [[nodiscard]] bool concerns(const sim::Deployment& row) const {
    return row.region.valid() && (service_.empty() || row.service == service_);
  }
  [[nodiscard]] std::vector<sim::DeploymentId> parts(sim::Control& control) const {
    std::vector<sim::DeploymentId> found;
    const auto& rows = control.network().deployments;
    for (std::uint32_t i = 0; i < rows.size(); ++i) {
      for (const std::string& zone : zones_) {
        if (concerns(rows[i]) && rows[i].part == "zone-" + zone) found.emplace_back(i);
      }
    }
    return found;
  }
  void change_registers(sim::Control& control, std::int64_t by) const {
    const sim::Network& network = control.network();
    for (const sim::Deployment& row : network.deployments) {
      if (!concerns(row) || !row.part.empty()) continue;
      for (const std::string& zone : zones_) {
        const auto reg = network.find_register(
            row.service + "@" + network.regions[row.region.index()] + "/zone-" + zone + "-lost");
        if (reg.valid()) control.set(reg, control.value(reg) + by);
      }
    }
  }

  std::vector<std::string> zones_;
  std::string service_;
  sim::Effect effect_;
  std::shared_ptr<sim::EffectId> acting_ = std::make_shared<sim::EffectId>();
};

/// Failures of requests that came in the bin, whatever their cause.
inline double failures_of(const sim::ArrivalBin& bin) {
  double sum = 0;
  for (const auto count : bin.failed_by) sum += static_cast<double>(count);
  return sum;
}

/// How many lines of the log have this in their text.
inline std::size_t lines_with(const sim::TrialResult& result, const std::string& text) {
  std::size_t count = 0;
  for (const auto& event : result.events) {
    if (event.text.find(text) != std::string::npos) ++count;
  }
  return count;
}

}  // namespace lifeboat::tests
