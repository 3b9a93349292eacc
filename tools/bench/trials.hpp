// What trials cost apart from their requests: snapshots and forks of one, and many on all cores.
#pragma once

#include <cstddef>
#include <cstdint>

#include "tools/bench/measure.hpp"

namespace lifeboat::bench {

/// A snapshot of a trial that has run for a while, copied into storage that has room for it.
struct SnapshotCost {
  double copy_s = 0;      ///< median of many
  std::size_t bytes = 0;  ///< that the state occupies
  bool same_luck_same_end = false;
  bool new_luck_new_end = false;
};
[[nodiscard]] SnapshotCost measure_snapshot(const Model& model, const MeasureOptions& options);

/// The same trials on one thread and on two, in alternation.
struct ParallelGain {
  double gain = 0;  ///< wall time on one thread over that on two: median
  double least = 0;
  double most = 0;
  bool same_results = false;
};
[[nodiscard]] ParallelGain measure_parallel(const Model& model, const MeasureOptions& options);

}  // namespace lifeboat::bench
