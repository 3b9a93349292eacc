// How a caller behaves towards those whom it calls: the AWS SDKs' retry modes, a circuit breaker, a
// bulkhead, hedged requests; as written at a call.
//
// One attempt passes, from the outside in: the retries with their quota (and in adaptive mode the
// rate limiter), the breaker, the hedge, the bulkhead, the timeout. So a breaker hears of each
// attempt, of refusals by the bulkhead and of timeouts, and a retry or a hedged request asks the
// bulkhead for a place of its own.
//
// Quotas, breakers, limiters and bulkheads live in the memory of a process: each task of an
// `ecs-fargate` service has its own for each service that it calls (all its operations share it),
// new when the task starts; any other kind has one a deployment.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/io/reader.hpp"
#include "sim/network/client.hpp"
#include "sim/network/network.hpp"
#include "sim/time.hpp"

namespace lifeboat::models {

struct CallSpec;
struct OperationSpec;

enum class RetryMode : std::uint8_t { kNone, kStandard, kStandard2026, kAdaptive, kLegacy };

/// `retry`. Pauses are uniform on 0 to min(backoff x 2^(n-1), max_backoff).
struct RetrySpec {
  RetryMode mode = RetryMode::kNone;
  std::uint32_t max_attempts = 1;
  sim::Duration backoff;
  sim::Duration throttled_backoff;  ///< after a throttled answer
  sim::Duration max_backoff;
};

/// `bulkhead`: calls that may be out at once.
struct BulkheadSpec {
  std::uint32_t max_concurrent = 25;
  sim::Duration max_wait;
  [[nodiscard]] bool operator==(const BulkheadSpec&) const = default;
};

/// `hedge`: a further request each `after`, the first good answer counts.
struct HedgeSpec {
  sim::Duration after;
  std::uint32_t max_attempts = 2;
};

/// Reads the four; `callee_kind` is the kind of the service called, empty where unknown.
void read_client_behaviour(io::ObjectReader& r, std::string_view callee_kind, CallSpec& spec);

/// The retry quota of a mode; nothing where it has none.
[[nodiscard]] std::optional<sim::RetryBudget> budget_of(RetryMode mode);

/// Bulkheads of the calls of these operations, each once, by the service called.
[[nodiscard]] std::vector<std::pair<std::string, BulkheadSpec>> bulkheads_of(
    const std::vector<OperationSpec>& operations);

/// A station for one.
[[nodiscard]] sim::Station bulkhead_station(const std::string& service, const BulkheadSpec& spec);

}  // namespace lifeboat::models
