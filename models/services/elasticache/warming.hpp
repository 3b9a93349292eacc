// Two controllers of a cache: one that watches its hit ratio, one that warms it.
//
// The hit ratio is that of the last minute's look-ups, refreshed every 10 s. A cache that is not
// asked (a standby before the traffic comes) has none; then it is the share of requests that
// would find their key if the entries that it holds are the most popular ones, which is exact
// after warming from empty and otherwise an upper bound.
//
// Warming reads the most popular absent keys of what stands behind the cache (warm_reads.hpp) at a
// rate, until all keys are there or the memory is full. A key is put when its read has ended well;
// so a slow or throttling store makes for a slow warm-up. Not more than so many reads are under way
// at once.
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
  sim::PlanId read;  ///< of one key behind it; invalid: nothing is read
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
  static constexpr std::size_t kMostCaches = 64;
  sim::Instant next;  ///< when the next keys are due; a changed register wakes it earlier
  double owed = 0;
  std::uint32_t reading = 0;                          ///< reads under way
  std::array<std::uint32_t, kMostCaches> of_cache{};  ///< the same by cache
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
  /// Where keys are read, so that their reads do not come by the second's worth.
  static constexpr sim::Duration kReadPeriod = sim::Duration::milliseconds(100);
  /// Reads under way at once: guess, 32 to 1,000.
  static constexpr std::uint32_t kMostReading = 256;
  /// When a read is given up: guess, 5 to 60 s.
  static constexpr sim::Duration kReadTimeout = sim::Duration::seconds(30);

 protected:
  void start_with(WarmingState&, sim::Control&) const override {}
  void wake_with(WarmingState& state, sim::Control& control) const override;
  void answered_with(WarmingState& state, sim::Control& control,
                     const sim::ProbeResult& result) const override;

 private:
  [[nodiscard]] sim::Duration period() const;
  /// Spreads `keys` over the caches that lack some; false when none does and nothing is read.
  bool warm(WarmingState& state, sim::Control& control, double keys) const;

  std::string subject_;
  std::string region_;
  std::vector<WatchedCache> caches_;
  sim::RegisterId rate_;
  sim::RegisterId progress_;
};

}  // namespace lifeboat::models::elasticache
