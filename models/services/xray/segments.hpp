// Traces as X-Ray segment documents, a JSON object a line.
//
// A trace has one segment for the request as its customer sees it, named by the journey, and one
// for each call of a service in a region (also of those that in AWS send none: a database), with
// the subsegment of its caller's that stands for the call as its parent. A subsegment lasts until
// the caller has its answer, a segment until the work is done: the two differ after a timeout,
// after an early reply and where nobody waits. Work within one service that has a plan of its own
// (a call's retries, a link to another region, a branch) is a subsegment around the calls inside.
//
// Of the causes, "throttled" is a throttle (and an error), "blocked" and "abandoned" are errors
// (4xx), all others faults; annotations say which. What had not ended with the trial is in
// progress.
//
// Source: X-Ray Developer Guide, "Segment documents", as of 2026-11.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/services/xray/trace.hpp"
#include "sim/network/network.hpp"

namespace lifeboat::models::xray {

struct SegmentNames {
  std::vector<std::vector<std::string>> zones;  ///< by region
  std::int64_t epoch_s = 0;                     ///< Unix time of the simulated time 0
};

class Segments {
 public:
  /// The network must outlive it.
  Segments(const sim::Network& network, SegmentNames names);
  /// The trace's documents, each with its line's end.
  [[nodiscard]] std::string lines(const Trace& trace) const;

 private:
  class Writer;

  const sim::Network& network_;
  SegmentNames names_;
};

}  // namespace lifeboat::models::xray
