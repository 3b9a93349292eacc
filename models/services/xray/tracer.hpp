// A listener that follows the calls of requests and writes down those that the sampling rule takes.
//
// It decides about a request when that first enters a service that the rule counts at; what it has
// called before is kept until then, and forgotten if it never enters or is not taken. Requests
// count from time 0 until the measured window ends; a trace is written when its last call has
// ended. Probes and what the consumers of queues do are no part of a trace (in X-Ray they begin
// another).
#pragma once

#include <cstdint>
#include <map>
#include <ostream>
#include <vector>

#include "models/services/xray/segments.hpp"
#include "models/services/xray/trace.hpp"
#include "models/services/xray/trace_rule.hpp"
#include "sim/network/network.hpp"
#include "sim/trial/listener.hpp"

namespace lifeboat::models::xray {

class Tracer final : public sim::Listener {
 public:
  /// The network and the stream must outlive it.
  Tracer(const sim::Network& network, SegmentNames names, std::ostream& out);

  [[nodiscard]] std::uint64_t traces() const { return written_; }

  void request_began(sim::Instant at, sim::JourneyId journey, std::uint64_t number) override;
  void request_ended(sim::Instant at, sim::JourneyId journey, std::uint64_t number,
                     sim::Instant began, bool good, sim::Cause cause) override;
  void called(sim::Instant at, const Call& call) override;
  void answered(sim::Instant at, std::uint32_t frame, sim::Cause cause) override;
  void left(sim::Instant at, const Left& call) override;
  void window_closed(sim::Instant) override { closed_ = true; }
  void finished(const sim::TrialResult& result) override;

 private:
  /// Where a call that lasts stands.
  struct Place {
    Trace* trace = nullptr;
    std::uint32_t span = sim::kNone;
  };
  [[nodiscard]] Place place_of(std::uint32_t frame) const {
    return frame < live_.size() ? live_[frame] : Place{};
  }
  void decide(Trace& trace, sim::Instant at, sim::DeploymentId entered);
  void forget(std::uint64_t number);
  void write_if_over(Trace& trace);

  const sim::Network& network_;
  Segments segments_;
  std::ostream& out_;
  std::vector<TraceSampler> samplers_;
  std::vector<std::uint32_t> sampler_of_;  // by deployment
  std::map<std::uint64_t, Trace> traces_;  // by number
  std::vector<Place> live_;                // by frame
  std::uint64_t written_ = 0;
  bool closed_ = false;
};

}  // namespace lifeboat::models::xray
