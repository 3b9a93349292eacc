// The event stream of a trial, for an auditor that follows all of it.
//
// The engine tells a listener what happened, in order, before it happens to any statistic. A
// listener may keep what it likes but cannot influence the run; what it does not care for it need
// not hear. Listening costs: it is for tests, for `--audit full` and for traces, never for a
// default run.
#pragma once

#include <cstdint>

#include "sim/network/ids.hpp"
#include "sim/network/step.hpp"
#include "sim/time.hpp"

namespace lifeboat::sim {

struct TrialResult;

class Listener {
 public:
  virtual ~Listener() = default;

  enum class Stay : std::uint8_t {
    kArrived,    ///< at the station's door
    kQueued,     ///< waits
    kStarted,    ///< is served, or holds a place
    kCompleted,  ///< leaves well (of a hold station: gives its place back; token is kNone)
    kRejected,   ///< found the queue full
    kAbandoned,  ///< left the queue or the service without completing
  };
  /// `token` tells stays apart while they last; tokens are used again afterwards.
  virtual void station(Instant, StationId, Stay, std::uint32_t /*token*/) {}

  /// A customer's attempt begins and is answered. `number` is unique to the arrival.
  virtual void request_began(Instant, JourneyId, std::uint64_t /*number*/) {}
  virtual void request_ended(Instant, JourneyId, std::uint64_t /*number*/, Instant /*began*/,
                             bool /*good*/, Cause) {}

  // A call of a plan has a number that tells it apart while it lasts and is used again afterwards.
  struct Call {
    std::uint32_t frame = kNone;   ///< its number
    std::uint32_t parent = kNone;  ///< of the call that makes it; kNone: the request's own
    PlanId plan;
    std::uint64_t number = 0;  ///< where it has no parent: the request's, as in request_began
    bool awaited = true;       ///< its caller goes on only after it
  };
  struct Left {
    std::uint32_t frame = kNone;
    std::uint32_t task = kNone;  ///< that served it, of all tasks of the network
    std::uint32_t zone = 0;      ///< in which that stands
    Cause cause = Cause::kNoCause;
  };
  virtual void called(Instant, const Call&) {}
  /// Its caller goes on, while it works on unheard: a timeout, or an early reply.
  virtual void answered(Instant, std::uint32_t /*frame*/, Cause) {}
  /// It is over. One that a fault cut off is over with kReset.
  virtual void left(Instant, const Left&) {}

  /// A write was acknowledged and will reach the stream's end at `received` (never if cut).
  virtual void committed(Instant, LogId, Instant /*received*/) {}
  virtual void cut(Instant, LogId) {}
  /// Shipping goes on: what had not been received is announced again.
  virtual void thawed(Instant, LogId) {}
  virtual void opened(Instant, LogId) {}

  /// The counters of the result begin and end to count.
  virtual void window_opened(Instant) {}
  virtual void window_closed(Instant) {}
  /// The trial is over; throws std::logic_error if the result is not what was heard.
  virtual void finished(const TrialResult&) {}
};

}  // namespace lifeboat::sim
