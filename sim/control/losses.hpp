// What a controller may see and say of data that is lost for good. A part of Control in a header of
// its own: of all controllers, faults and promotions alone ask for it.
#pragma once

#include <stdexcept>
#include <vector>

#include "sim/control/control.hpp"
#include "sim/network/ids.hpp"
#include "sim/time.hpp"

namespace lifeboat::sim {

class Losses {
 public:
  virtual ~Losses() = default;

  /// When the stream's source was lost, until it ships again; never: the source is there.
  [[nodiscard]] virtual Instant source_lost_at(LogId log) const = 0;
  /// What these deployments hold is gone for good: writes that no other copy has received, and
  /// messages that wait. What is lost of each business record is noted; they serve as before.
  virtual void lose_data(const std::vector<DeploymentId>& deployments) = 0;
};

/// Of the world that a controller is given; each implements both.
inline Losses& losses_of(Control& control) {
  auto* losses = dynamic_cast<Losses*>(&control);
  if (losses == nullptr) throw std::logic_error("a world that keeps no account of its losses");
  return *losses;
}

}  // namespace lifeboat::sim
