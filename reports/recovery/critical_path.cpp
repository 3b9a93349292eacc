#include "reports/recovery/critical_path.hpp"

#include <algorithm>
#include <map>

#include "reports/seconds.hpp"
#include "reports/verdict/summary.hpp"
#include "sim/statistics/confidence.hpp"

namespace lifeboat::reports {

using sim::Cause;
using sim::Duration;
using sim::Instant;

namespace {

std::uint64_t count(const BadBy& bad, std::initializer_list<Cause> causes) {
  std::uint64_t sum = 0;
  for (const Cause cause : causes) sum += bad.cause[static_cast<std::size_t>(cause)];
  return sum;
}

/// The row that ended last, by the start of `row`, among those that it waited for.
const FailoverRow* releaser(std::span<const FailoverRow> rows, const FailoverRow& row) {
  const FailoverRow* best = nullptr;
  for (const FailoverRow& other : rows) {
    if (&other == &row || other.end > row.start) continue;
    const bool awaited =
        std::find(row.waited_for.begin(), row.waited_for.end(), other.name) != row.waited_for.end();
    if (awaited && (best == nullptr || other.end > best->end)) best = &other;
  }
  return best;
}

void append(std::vector<PathStretch>& path, std::string_view segment, Instant from, Instant to) {
  if (to > from) path.push_back({std::string{segment}, from, to});
}

}  // namespace

BadBy bad_between(std::span<const sim::ArrivalBin> series, Duration width, Instant from,
                  Instant to) {
  BadBy bad;
  if (width <= Duration{}) return bad;
  for (std::size_t i = 0; i < series.size(); ++i) {
    const Instant begins = Instant::origin() + width * static_cast<std::int64_t>(i);
    if (begins < from || begins >= to) continue;
    for (std::size_t c = 0; c < bad.cause.size(); ++c) bad.cause[c] += series[i].failed_by[c];
    bad.late += series[i].succeeded - std::min(series[i].good, series[i].succeeded);
  }
  return bad;
}

std::string_view name_of_last_stretch(const BadBy& bad) {
  struct Candidate {
    std::string_view name;
    std::uint64_t count;
  };
  const Candidate candidates[] = {
      {"drain", count(bad, {Cause::kStaleRegion, Cause::kReset})},
      {"scale-out", count(bad, {Cause::kNoCapacity, Cause::kRejected, Cause::kThrottled})},
      {"backlog", count(bad, {Cause::kTimeout, Cause::kAbandoned}) + bad.late},
      {"dependency", count(bad, {Cause::kDependency, Cause::kBreakerOpen})},
  };
  return std::max_element(std::begin(candidates), std::end(candidates),
                          [](const auto& a, const auto& b) { return a.count < b.count; })
      ->name;
}

const FailoverRow* last_acting(std::span<const FailoverRow> rows, Instant recovered) {
  const FailoverRow* last = nullptr;
  for (const FailoverRow& row : rows) {
    if (!row.acts || row.end > recovered) continue;
    if (last == nullptr || row.end > last->end) last = &row;
  }
  return last;
}

std::vector<PathStretch> critical_path(std::span<const FailoverRow> rows, Instant fault,
                                       Instant recovered, std::string_view last_stretch) {
  std::vector<PathStretch> path;  // backwards
  if (recovered.is_never() || recovered <= fault) return path;
  Instant cursor = recovered;
  const FailoverRow* row = last_acting(rows, recovered);
  if (row != nullptr && row->end > fault) append(path, last_stretch, row->end, recovered);
  // Each turn goes back in time or to an earlier row, and there are at most rows.size() turns.
  for (std::size_t turns = 0; row != nullptr && turns < rows.size(); ++turns) {
    if (row->end <= fault) break;
    cursor = std::min(cursor, row->end);
    const Instant from = std::max(row->start, fault);
    append(path, row->name, from, cursor);
    cursor = std::min(cursor, from);
    if (cursor <= fault) break;
    row = releaser(rows, *row);
    if (row != nullptr && row->end < cursor) {
      append(path, "wait", std::max(row->end, fault), cursor);
      cursor = std::max(row->end, fault);
    }
  }
  if (cursor > fault) {
    append(path, path.empty() ? last_stretch : std::string_view{"detection"}, fault, cursor);
  }
  std::reverse(path.begin(), path.end());
  return path;
}

void mark_critical(std::span<FailoverRow> rows, std::span<const PathStretch> path) {
  for (FailoverRow& row : rows) {
    row.critical = std::any_of(path.begin(), path.end(), [&](const PathStretch& stretch) {
      return stretch.segment == row.name && stretch.to <= row.end && stretch.from >= row.start;
    });
  }
}

std::vector<PathSegment> merge_paths(std::span<const std::vector<PathStretch>> trials) {
  struct Collected {
    std::vector<double> seconds;
    std::vector<double> starts;
  };
  std::map<std::string, Collected> by_name;
  std::size_t with_path = 0;
  for (const auto& path : trials) {
    if (path.empty()) continue;
    ++with_path;
    std::map<std::string, std::pair<Duration, Duration>> once;  // length and first start
    for (const PathStretch& stretch : path) {
      const auto [it, first] =
          once.try_emplace(stretch.segment, Duration{}, stretch.from - path.front().from);
      it->second.first += stretch.to - stretch.from;
    }
    for (const auto& [name, value] : once) {
      by_name[name].seconds.push_back(seconds_of(value.first));
      by_name[name].starts.push_back(seconds_of(value.second));
    }
  }
  std::vector<PathSegment> segments;
  for (auto& [name, collected] : by_name) {
    const auto n = static_cast<double>(collected.seconds.size());
    PathSegment segment;
    segment.segment = name;
    segment.share_of_trials = n / static_cast<double>(with_path);
    segment.mean_start_s = sim::tree_sum(collected.starts) / n;
    segment.p50_s = sample_quantile(collected.seconds, 0.5);
    segment.p95_s = sample_quantile(collected.seconds, 0.95);
    segments.push_back(std::move(segment));
  }
  std::stable_sort(segments.begin(), segments.end(),
                   [](const auto& a, const auto& b) { return a.mean_start_s < b.mean_start_s; });
  return segments;
}

}  // namespace lifeboat::reports
