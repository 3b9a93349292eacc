// A campaign as people describe it, read and checked.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/random/law.hpp"
#include "sim/time.hpp"

namespace lifeboat::models {

namespace io {
class Problems;
class Value;
}  // namespace io

namespace personalize {

struct Operation {
  std::string name;
  bool records_events = false;  ///< PutEvents: its own limit, no capacity of the campaign
  sim::Law latency;
};

/// What is there when a run begins.
enum class Initial : std::uint8_t {
  kSteady,   ///< the capacity that the load at the start asks for
  kMinimum,  ///< minProvisionedTPS
  kAbsent,   ///< no campaign: it must be created
};

struct Description {
  double min_provisioned_tps = 1;
  Initial initial = Initial::kSteady;
  double campaign_tps = 500;
  double account_tps = 2500;
  double events_rate = 1000;
  double headroom = 0.25;
  double burst_seconds = 10;
  sim::Duration evaluation = sim::Duration::seconds(60);
  sim::Law growth;
  sim::Law creation;
  std::vector<Operation> operations;
};

[[nodiscard]] Description read_description(const io::Value& value, io::Problems& problems);

}  // namespace personalize
}  // namespace lifeboat::models
