// A queue of messages as people describe it, read and checked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "models/platform/operation.hpp"
#include "sim/random/law.hpp"
#include "sim/time.hpp"

namespace lifeboat::models::sqs {

struct Consumer {
  CallSpec call;  ///< asynchronous: the sender does not wait
  std::uint32_t batch = 10;
  std::optional<std::uint32_t> maximum_concurrency;
};

struct Description {
  sim::Duration visibility = sim::Duration::seconds(30);
  std::optional<std::uint32_t> max_receives;
  std::optional<Consumer> consumer;
  std::uint32_t message_bytes = 1024;
  sim::Law send;
  sim::Law receive;
};

[[nodiscard]] Description read_description(const io::Value& value, io::Problems& problems);

}  // namespace lifeboat::models::sqs
