// Partitioned prefixes: how many requests a second each takes, and how they are split.
//
// A key belongs to a prefix by its hash. Level n has the prefixes of the start times 2^n, each with
// buckets of its own; a register says which level holds. Every minute the requests refused are
// counted: where some were in each minute of `split_after`, the level grows by one. One hot key
// stays in one prefix at every level, so that splitting never helps it. Nothing is merged.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "models/platform/compiler.hpp"
#include "sim/control/control.hpp"
#include "sim/control/controller.hpp"

namespace lifeboat::models::s3 {

struct Description;

/// One direction, reads or writes, of one bucket.
class PrefixLimit {
 public:
  PrefixLimit() = default;
  /// `levels` of `first` prefixes times a power of two, each taking `per_second`.
  PrefixLimit(sim::NetworkBuilder& network, const std::string& name, double per_second,
              std::uint32_t first, std::uint32_t levels);
  /// Steps that take one request of the key's prefix at the level that `level` holds, or fail; an
  /// invalid key space: of all prefixes together (evenly spread keys).
  void take(sim::PlanBuilder& plan, sim::RegisterId level, sim::KeySpaceId keys) const;

 private:
  struct Level {
    sim::BucketId prefixes;  // the first
    sim::BucketId spread;    // all together
    std::uint32_t count = 0;
  };
  std::vector<Level> levels_;
};

struct SplitPolicy {
  std::string subject;
  std::string region;
  sim::RegisterId level;
  std::int64_t most = 0;
  sim::StationId asked;                ///< entered by every request before its prefix
  std::vector<sim::StationId> served;  ///< entered by those that passed
  std::uint32_t minutes = 10;          ///< of refusals in a row before a split
};

struct SplitState {
  std::uint64_t asked = 0;
  std::uint64_t passed = 0;
  std::uint32_t hot_minutes = 0;
  sim::Instant next;
};

class SplitController final : public sim::ControllerOf<SplitState> {
 public:
  explicit SplitController(SplitPolicy policy) : policy_(std::move(policy)) {}
  [[nodiscard]] std::string name() const override { return policy_.subject + "/prefixes"; }

 protected:
  void start_with(SplitState& state, sim::Control& control) const override;
  void wake_with(SplitState& state, sim::Control& control) const override;

 private:
  SplitPolicy policy_;
};

}  // namespace lifeboat::models::s3
