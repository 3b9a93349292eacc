// The kind `lambda`: functions whose execution environments start on demand.
//
// An execution takes an idle environment, the one used last, or starts a new one: at most as many
// as the concurrency limit, and 1,000 new ones every 10 s. A new one costs a cold start. It is
// held for the whole execution, calls included, and dies when it has been idle for long. Where no
// environment may start, the call is throttled. README.md says the rest.
#pragma once

#include <string_view>

#include "models/platform/kind.hpp"

namespace lifeboat::models {

[[nodiscard]] const ServiceKind& lambda_kind();

/// A deployment that can work off a batch of messages in one execution: the caller's plan begins
/// the batch, calls message_plan once per message, and ends the batch.
class BatchWorker {
 public:
  virtual ~BatchWorker() = default;
  virtual void begin_batch(Compiler& compiler, sim::PlanBuilder& plan) const = 0;
  virtual void end_batch(sim::PlanBuilder& plan) const = 0;
  /// What one message of a batch does; invalid if there is no such operation.
  [[nodiscard]] virtual sim::PlanId message_plan(std::string_view operation) const = 0;
};

}  // namespace lifeboat::models
