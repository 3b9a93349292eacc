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
  sim::Duration window;  ///< how long a batch waits to be filled
  std::optional<std::uint32_t> maximum_concurrency;
};

/// What a FIFO queue has beside a standard one.
struct Fifo {
  std::string groups;  ///< key space whose keys are the messages' groups
  double sends_per_second = 300;
};

struct Description {
  sim::Duration visibility = sim::Duration::seconds(30);
  std::optional<std::uint32_t> max_receives;
  std::optional<std::string> dead_letter_queue;  ///< service; nothing: dead letters are dropped
  sim::Duration retention = sim::Duration::hours(96);
  std::uint32_t in_flight_limit = 120'000;
  std::optional<Fifo> fifo;
  std::optional<Consumer> consumer;
  std::uint32_t message_bytes = 1024;
  sim::Law send;
  sim::Law receive;
};

[[nodiscard]] Description read_description(const Platform& platform, const DeploymentSite& site,
                                           const io::Value& value, io::Problems& problems);

}  // namespace lifeboat::models::sqs
