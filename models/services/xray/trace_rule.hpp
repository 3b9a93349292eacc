// X-Ray's sampling rule, request by request.
//
// In each second the first `reservoir` requests that enter are traced, and of the rest each with
// the probability `fixed_rate`. Its luck is the request's own: the same requests are traced
// whatever else is, and none meets another fate for being looked at. Of a reservoir of 0.5 every
// other second has one.
//
// Source: X-Ray Developer Guide, "Configuring sampling rules", as of 2026-11.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sim/network/network.hpp"
#include "sim/time.hpp"

namespace lifeboat::models::xray {

struct TraceRule {
  std::string name;                      ///< owner of its luck: "traces@sg"
  std::vector<sim::DeploymentId> entry;  ///< whose requests it decides about; empty: every one
  double reservoir = 1;                  ///< a second
  double fixed_rate = 0.05;              ///< of the rest
};

/// The rules of a network's `xray` deployments; without any, X-Ray's default rule for every
/// request.
[[nodiscard]] std::vector<TraceRule> trace_rules(const sim::Network& network);

/// A rule at work in one trial.
class TraceSampler {
 public:
  explicit TraceSampler(TraceRule rule);
  [[nodiscard]] const TraceRule& rule() const { return rule_; }
  /// Whether the request of that number, which enters now, is traced. Instants must not descend and
  /// lie at or after time 0.
  [[nodiscard]] bool take(sim::Instant at, std::uint64_t number);

 private:
  TraceRule rule_;
  std::uint64_t luck_;
  std::int64_t second_ = -1;
  std::int64_t left_ = 0;  // of the reservoir in this second
};

}  // namespace lifeboat::models::xray
