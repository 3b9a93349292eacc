// Delivery to one target, as event buses and topics do it: kept, tried, tried again, given up.
//
//     put in the sender's plan -> latency -> (the region's rate) -> call the target
//        failed: pause, (rate), call again ... as the ladder says
//        delivered: gone          ladder at its end: (call of the dead letters' queue), dead letter
//
// Messages are kept in a buffer without a visibility of its own: each is worked on by a token that
// is on its way for as long as the ladder lasts. A fault that cuts such tokens off (the region is
// lost) loses none of them: those messages start anew when the region is back, the ladder from its
// beginning. An attempt that exceeds its timeout works on at the target, which may then do it
// twice.
#pragma once

#include <optional>
#include <string>

#include "models/delivery/retry_ladder.hpp"
#include "models/platform/compiler.hpp"
#include "models/platform/operation.hpp"
#include "sim/network/builder.hpp"

namespace lifeboat::models {

struct DeliverySpec {
  std::string name;                     ///< "RULE/order-queue.send": names the buffer
  std::string match;                    ///< the rule: all its targets get the same messages
  CallSpec call;                        ///< asynchronous; its probability is the matching share
  std::optional<CallSpec> dead_letter;  ///< where dead letters go, beside being counted
  RetryLadder retries;
  sim::Law latency;  ///< from the put to the first attempt
  sim::Duration attempt_timeout = sim::Duration::infinite();
};

/// See the file comment.
class Delivery {
 public:
  explicit Delivery(DeliverySpec spec) : spec_(std::move(spec)) {}

  void declare(Compiler& compiler, const DeploymentSite& site);
  /// `rate`: what all attempts of the region draw from, waiting in turn; invalid: not limited.
  void define(Compiler& compiler, const DeploymentSite& site, sim::BucketId rate);
  /// Steps of the sender: the matching share is put.
  void emit_put(sim::PlanBuilder& plan) const;

  [[nodiscard]] const DeliverySpec& spec() const { return spec_; }
  [[nodiscard]] sim::BufferId buffer() const { return buffer_; }

 private:
  void emit_attempt(sim::PlanBuilder& plan, sim::PlanId target, sim::BucketId rate,
                    const std::string& step, sim::PlanBuilder::Label failed) const;

  DeliverySpec spec_;
  sim::PlanId consume_;
  sim::BufferId buffer_;
};

/// Reads "service.operation" as an asynchronous call; nothing, and an error, where it is none.
[[nodiscard]] std::optional<CallSpec> read_target(const io::Value& value, io::Problems& problems);

/// How long one attempt may last where nothing else is said: a function as long as functions may
/// run, others 15 s (what SNS gives HTTP endpoints).
[[nodiscard]] sim::Duration standard_attempt_timeout(const Platform& platform,
                                                     std::string_view service);

/// The metrics of a deployment with such deliveries: waiting, oldest age, dead letters.
[[nodiscard]] std::vector<Metric> delivery_metrics(const std::vector<Delivery>& deliveries);

/// Makes the buffer of the delivery that a followed journey waits for its own: the one to its
/// "until", or the first.
void follow_delivery(Compiler& compiler, const DeploymentSite& site, std::string_view operation,
                     const std::vector<Delivery>& deliveries);

}  // namespace lifeboat::models
