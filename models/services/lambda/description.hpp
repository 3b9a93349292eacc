// A function as people describe it, read and checked.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "models/platform/operation.hpp"
#include "models/scaling/scaling.hpp"
#include "sim/random/law.hpp"
#include "sim/time.hpp"

namespace lifeboat::models::lambda {

/// How it deals with what it is asked asynchronously.
struct EventInvokeSpec {
  sim::Duration maximum_age = sim::Duration::hours(6);
  std::uint32_t retries = 2;
  std::optional<CallSpec> on_failure;  ///< who gets what was given up
  sim::Law latency;                    ///< from the queue to the function, where nothing waits
};

struct Description {
  double memory_mb = 128;
  sim::Duration timeout = sim::Duration::seconds(3);
  sim::Law cold_start;
  std::optional<std::uint32_t> reserved;     ///< concurrency kept for it, and its limit
  std::optional<std::uint32_t> provisioned;  ///< environments kept ready
  std::optional<ScalingSpec> scaling;        ///< of those
  sim::Duration idle_expiry;
  sim::Law overhead;
  std::optional<EventInvokeSpec> events;  ///< nothing: who asks asynchronously waits as well
  std::vector<OperationSpec> operations;

  /// Processors that it gets: 1,769 MB are one vCPU (AWS documentation, Lambda memory).
  [[nodiscard]] double vcpus() const { return memory_mb / 1769.0; }
};

[[nodiscard]] Description read_description(const Platform& platform, const DeploymentSite& site,
                                           const io::Value& value, io::Problems& problems);

}  // namespace lifeboat::models::lambda
