// What a cache loses: all of it when it is flushed, a shard's part when a shard without replicas is
// replaced.
//
// A flush is asked for through a register, so that a fault may cause it. A shard's part is lost
// when its failover begins: with replicas nothing (what was not yet replicated, some tens of
// milliseconds of puts, is not modelled), without them the part 1 / shards. Which keys those are is
// not kept apart: the least popular ones go, so that the hit ratio falls too little (with a
// popularity of Zipf 0.9 and a tenth of the keys lost by about 3 % of look-ups instead of 10 %).
//
// A cluster that is made anew begins empty, and at the end of its synchronisation holds as many
// keys as the primary: what was put there meanwhile, and the most popular ones.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/control/control.hpp"
#include "sim/control/controller.hpp"

namespace lifeboat::models::elasticache {

/// The caches lose so much of what they hold, the least popular keys first.
void lose_share(const std::vector<sim::CacheId>& caches, double share, sim::Control& control);

struct ContentsPolicy {
  std::string subject;
  std::string region;
  sim::RegisterId flush;     ///< Progress
  sim::RegisterId failover;  ///< Progress
  double lost = 0;           ///< share of the content that a failover takes
  std::vector<sim::CacheId> caches;
  sim::RegisterId rebuilt{};            ///< Progress; invalid: it never is
  std::vector<sim::CacheId> sources{};  ///< of what it is made from, by cache; may be invalid
};

struct ContentsState {
  std::int64_t failover = 0;
  std::int64_t rebuilt = 0;
};

class ContentsController final : public sim::ControllerOf<ContentsState> {
 public:
  explicit ContentsController(ContentsPolicy policy) : policy_(std::move(policy)) {}
  [[nodiscard]] std::string name() const override { return policy_.subject + "/contents"; }

 protected:
  void start_with(ContentsState&, sim::Control&) const override {}
  void wake_with(ContentsState& state, sim::Control& control) const override;

 private:
  void follow_rebuild(ContentsState& state, sim::Control& control) const;

  ContentsPolicy policy_;
};

}  // namespace lifeboat::models::elasticache
