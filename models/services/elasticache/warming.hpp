// Two controllers of a cache: one that watches its hit ratio, one that warms it.
//
// The hit ratio is that of the last minute's look-ups, refreshed every 10 s. A cache that is not
// asked (a standby before the traffic comes) has none; then it is the share of requests that
// would find their key if the entries that it holds are the most popular ones, which is exact
// after warming from empty and otherwise an upper bound.
//
// Warming puts the most popular absent keys into the cache at a rate, until all keys are there or
// the memory is full. The reads of the store behind it that a real warm-up makes are not charged.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "models/services/elasticache/popularity.hpp"
#include "sim/control/control.hpp"
#include "sim/control/controller.hpp"

namespace lifeboat::models::elasticache {

/// One key space's copies.
struct WatchedCache {
  sim::CacheId cache;
  std::uint32_t most = 0;  ///< entries when it is full
  std::shared_ptr<const Popularity> popularity;
};

/// Fraction in parts per million, as registers hold it.
inline constexpr double kPerMillion = 1e6;

struct HitRatioState {
  static constexpr std::size_t kSamples = 6;
  std::array<std::uint64_t, kSamples> hits{};
  std::array<std::uint64_t, kSamples> lookups{};
  std::uint32_t samples = 0;
};

class HitRatioController final : public sim::ControllerOf<HitRatioState> {
 public:
  HitRatioController(std::string subject, std::vector<WatchedCache> caches, sim::RegisterId ratio)
      : subject_(std::move(subject)), caches_(std::move(caches)), ratio_(ratio) {}
  [[nodiscard]] std::string name() const override { return subject_ + "/hit-ratio"; }
  static constexpr sim::Duration kPeriod = sim::Duration::seconds(10);
  /// Fewer look-ups than this in a minute say nothing.
  static constexpr std::uint64_t kFewest = 60;

 protected:
  void start_with(HitRatioState& state, sim::Control& control) const override;
  void wake_with(HitRatioState& state, sim::Control& control) const override;

 private:
  [[nodiscard]] double expected(sim::Control& control) const;

  std::string subject_;
  std::vector<WatchedCache> caches_;
  sim::RegisterId ratio_;
};

struct WarmingState {
  sim::Instant next;  ///< when the next keys are due; a changed register wakes it earlier
  double owed = 0;
};

class WarmingController final : public sim::ControllerOf<WarmingState> {
 public:
  /// `rate` holds keys a second in thousandths, `progress` a Progress.
  WarmingController(std::string subject, std::string region, std::vector<WatchedCache> caches,
                    sim::RegisterId rate, sim::RegisterId progress)
      : subject_(std::move(subject)),
        region_(std::move(region)),
        caches_(std::move(caches)),
        rate_(rate),
        progress_(progress) {}
  [[nodiscard]] std::string name() const override { return subject_ + "/warming"; }
  static constexpr sim::Duration kPeriod = sim::Duration::seconds(1);

 protected:
  void start_with(WarmingState&, sim::Control&) const override {}
  void wake_with(WarmingState& state, sim::Control& control) const override;

 private:
  /// Spreads `keys` over the caches that lack some; false when none does.
  bool warm(sim::Control& control, double keys) const;

  std::string subject_;
  std::string region_;
  std::vector<WatchedCache> caches_;
  sim::RegisterId rate_;
  sim::RegisterId progress_;
};

}  // namespace lifeboat::models::elasticache
