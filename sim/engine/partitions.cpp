// Partitions of tables: ranges of the hashes of keys, which halve when they are split.
//
// The hash of a key times the number of partitions at the start is a partition and a place within
// it; each split on the way down takes one more bit of the place. So a split moves no key but those
// of the range that is parted. Three generic cell rates, in nanoseconds: the partition's own limit,
// held over a second; its part of the table's rate, which keeps what it does not use; and the
// table's rate over a second, which says whether there is more than the parts.
#include <algorithm>

#include "sim/engine/hot_path.hpp"

namespace lifeboat::sim {
namespace {

constexpr double kWindow = 1e9;
/// Each split takes a bit of the place within a range.
constexpr std::uint32_t kMostDepth = 40;

/// How far after now a cell rate stands when `more` nanoseconds' worth is taken.
double cell_after(std::int64_t theoretical, std::int64_t now, double more) {
  return static_cast<double>(std::max(theoretical, now) - now) + more;
}

std::int64_t ahead_of(std::int64_t now, double ahead) {
  return now + static_cast<std::int64_t>(ahead + 0.5);
}

}  // namespace

void Engine::start_partitions() {
  for (const Partitions& row : net_.partitions) {
    PartitionState untouched;
    untouched.limit = untouched.part = s_.now;
    s_.partitions.emplace_back(row.count, untouched);
  }
}

bool Engine::take_of_partition(std::uint32_t partitions, std::uint64_t hash, std::uint32_t tokens) {
  const Partitions& row = net_.partitions[partitions];
  std::vector<PartitionState>& all = s_.partitions[partitions];
  const WideProduct place = multiply_wide(hash, row.count);
  std::uint64_t index = place.high;
  for (std::uint64_t rest = place.low; all[index].halves != kNone; rest <<= 1) {
    index = all[index].halves + (rest >> 63);
  }
  PartitionState& own = all[index];
  const double limit = cell_after(own.limit, s_.now, kWindow / row.per_second * tokens);
  if (limit > kWindow + 0.5) {
    if (own.refused > 0 && own.last_key != hash) ++own.turns;
    ++own.refused;
    own.last_key = hash;
    return false;
  }
  BucketState& table = s_.buckets[row.table.index()];
  const double of_table = cell_after(table.theoretical, s_.now, table.interval * tokens);
  const bool left_over = of_table <= table.tolerance + 0.5;
  if (row.keeps == Duration{}) {
    if (!left_over) return false;
  } else {
    const std::size_t count = row.count + (all.size() - row.count) / 2;
    const double part =
        cell_after(own.part, s_.now, table.interval * static_cast<double>(count) * tokens);
    const bool kept = part <= static_cast<double>(row.keeps.count()) + 0.5;
    if (!kept && !left_over) return false;
    if (kept) own.part = ahead_of(s_.now, part);
  }
  table.theoretical = ahead_of(s_.now, std::min(of_table, table.tolerance + kWindow));
  own.limit = ahead_of(s_.now, limit);
  return true;
}

bool Engine::step_key_range(std::uint32_t token, const Step& step) {
  Token& t = s_.tokens[token];
  const std::uint64_t hash = step.c == kNone
                                 ? bits_of(s_.frames[t.frame], step)
                                 : mix(key_of(s_.requests[t.request], net_.key_spaces[step.c]), 0);
  if (!take_of_partition(step.a, hash, step.b)) return fail(token, Cause::kThrottled);
  ++t.pc;
  return true;
}

void Engine::split_partition(std::uint32_t partitions, std::uint32_t index) {
  std::vector<PartitionState>& all = s_.partitions[partitions];
  if (all[index].halves != kNone || all[index].depth >= kMostDepth) return;
  PartitionState half;
  half.limit = all[index].limit;
  half.part = all[index].part;
  half.depth = all[index].depth + 1;
  all[index].halves = static_cast<std::uint32_t>(all.size());
  all.insert(all.end(), 2, half);
}

}  // namespace lifeboat::sim
