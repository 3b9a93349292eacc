// The buffer cache of a database that has just become the writer: cold, and warm after a while.
//
// A standby, and a replica that served no reads, hold few of the pages that statements want. After
// a failover, a promotion or a restore each statement reads `coldIos` pages more with a
// probability that falls from 1 to 0 in ten equal steps over `bufferCacheWarmup`, through the same
// volume as all other IOs, so that a database near its IO rate is slow until it is warm. Those
// times do not depend on the load, which in reality warms the cache: a busy database is warm
// earlier, an idle one later.
//
// The same holds, with another time and on top of it, for a volume that is loaded while it serves.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "models/replication/opening.hpp"
#include "sim/control/control.hpp"
#include "sim/control/controller.hpp"
#include "sim/network/builder.hpp"

namespace lifeboat::models::rds {

inline constexpr std::int64_t kColdLevels = 10;

struct ColdPolicy {
  std::string subject;
  std::string what = "buffer-cache";
  sim::RegisterId level;                 ///< tenths of the probability of a miss
  std::vector<sim::RegisterId> becomes;  ///< Progress: done means that another server serves
  sim::Duration warmup;
};

struct ColdState {
  sim::Instant since = sim::Instant::never();  ///< never: warm
  std::int64_t seen[2] = {0, 0};               ///< Progress, of each of `becomes`
};

class ColdController final : public sim::ControllerOf<ColdState> {
 public:
  explicit ColdController(ColdPolicy policy) : policy_(std::move(policy)) {}
  [[nodiscard]] std::string name() const override { return policy_.subject + "/" + policy_.what; }

 protected:
  void start_with(ColdState&, sim::Control&) const override {}
  void wake_with(ColdState& state, sim::Control& control) const override;

 private:
  ColdPolicy policy_;
};

/// Steps that run `read_pages` with the probability that the register's level says; `step_name`
/// owns the luck.
void read_cold_pages(sim::PlanBuilder& plan, sim::RegisterId level, std::string_view step_name,
                     const std::function<void()>& read_pages);

}  // namespace lifeboat::models::rds
