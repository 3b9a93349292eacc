// The queue of events in front of a function that is invoked asynchronously.
//
//     event:   gate -> overhead -> kept                       (the caller has its answer)
//     attempt: older than maximumEventAge? given up
//              -> environment -> run, at most `timeout`
//              throttled or refused: again after 1, 2, 4 ... s, at most 5 min, while young enough
//              the function fails: again after 1 min, then after 2 min; then given up
//     given up: (call of the destination), dropped
//
// Each event is worked on by a token of its own that lives as long as the event: it waits, tries
// and waits. What a fault cuts off (the region is lost) is kept and begins anew when it is over,
// its age included, its retries forgotten. An execution under way is never cut off for the event's
// age.
//
// Source: AWS documentation, Lambda, error handling of asynchronous invocation, as of 2026-11.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "models/platform/compiler.hpp"
#include "models/services/lambda/description.hpp"
#include "sim/network/builder.hpp"

namespace lifeboat::models::lambda {

class EventQueue {
 public:
  /// Steps around the function's own: an environment is taken before and given back after.
  using Steps = std::function<void(sim::PlanBuilder&)>;
  struct Execution {
    Steps take;
    sim::PlanId run;
    sim::Duration timeout;
    Steps give_back;
  };

  void declare(Compiler& compiler, const DeploymentSite& site, std::string_view operation);
  void define(Compiler& compiler, const DeploymentSite& site, const EventInvokeSpec& spec,
              const sim::Law& overhead, const Execution& execution) const;

  /// What a caller runs that hands an event over.
  [[nodiscard]] sim::PlanId event() const { return event_; }
  [[nodiscard]] sim::BufferId buffer() const { return buffer_; }

 private:
  void define_attempt(Compiler& compiler, const EventInvokeSpec& spec,
                      const Execution& execution) const;
  void define_dequeue(Compiler& compiler, const DeploymentSite& site,
                      const EventInvokeSpec& spec) const;

  std::string operation_;
  sim::PlanId event_;
  sim::PlanId dequeue_;
  sim::PlanId attempt_;
  sim::BufferId buffer_;
};

/// The metrics of a function with such queues, one an operation: what waits, its age, what was
/// given up.
[[nodiscard]] std::vector<Metric> event_metrics(const std::vector<EventQueue>& queues);

}  // namespace lifeboat::models::lambda
