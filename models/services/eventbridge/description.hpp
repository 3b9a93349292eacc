// An event bus as people describe it, read and checked.
#pragma once

#include <vector>

#include "models/delivery/delivery.hpp"

namespace lifeboat::models::eventbridge {

struct Description {
  sim::Law put;
  std::vector<DeliverySpec> deliveries;  ///< rule by rule, target by target
};

[[nodiscard]] Description read_description(const Platform& platform, const io::Value& value,
                                           io::Problems& problems);

}  // namespace lifeboat::models::eventbridge
