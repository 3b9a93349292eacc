// A topic as people describe it, read and checked.
#pragma once

#include <vector>

#include "models/delivery/delivery.hpp"

namespace lifeboat::models::sns {

/// How a subscription is reached, and with it how long delivery is tried.
enum class Protocol : std::uint8_t { kAws, kHttp, kPerson };

struct Subscription {
  Protocol protocol = Protocol::kAws;
  DeliverySpec delivery;
};

struct Description {
  sim::Law publish;
  std::vector<Subscription> subscriptions;
};

/// The retries of a protocol as AWS has them.
[[nodiscard]] RetryLadder standard_ladder(Protocol protocol);

[[nodiscard]] Description read_description(const Platform& platform, const io::Value& value,
                                           io::Problems& problems);

}  // namespace lifeboat::models::sns
