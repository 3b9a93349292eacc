#include "reports/recovery/harm.hpp"

#include <algorithm>

namespace lifeboat::reports {

using sim::Duration;
using sim::Instant;

namespace {

constexpr std::string_view kLate = "late";
constexpr std::string_view kUnfinished = "unfinished";

/// What of [begin, begin + width) lies in the stretch.
double share_in(const PathStretch& stretch, Instant begin, Duration width) {
  const Instant from = std::max(begin, stretch.from);
  const Instant to = std::min(begin + width, stretch.to);
  return to > from ? (to - from).to_seconds() / width.to_seconds() : 0;
}

/// Calls `with` for each cause that some of the bin's bad requests have.
template <class With>
void for_causes(const sim::ArrivalBin& bin, const With& with) {
  std::uint64_t known = bin.succeeded;
  for (std::size_t c = 0; c < bin.failed_by.size(); ++c) {
    known += bin.failed_by[c];
    if (bin.failed_by[c] > 0) with(sim::name_of(static_cast<sim::Cause>(c)), bin.failed_by[c]);
  }
  if (bin.succeeded > bin.good) with(kLate, bin.succeeded - bin.good);
  if (bin.offered > known) with(kUnfinished, bin.offered - known);
}

}  // namespace

std::vector<PathStretch> stretches_of(const Recovery& whole, std::span<const PathStretch> path,
                                      Instant end) {
  if (whole.outcome == RecoveryOutcome::kNoFault) return {{"the run", Instant::origin(), end}};
  std::vector<PathStretch> all{{"before the fault", Instant::origin(), whole.fault_at}};
  all.insert(all.end(), path.begin(), path.end());
  const Instant since = path.empty() ? whole.fault_at : path.back().to;
  const bool open = whole.outcome == RecoveryOutcome::kCensored;
  const char* name = open ? "not recovered" : path.empty() ? "after the fault" : "after recovered";
  all.push_back({name, since, end});
  return all;
}

void Harm::add(std::span<const sim::ArrivalBin> series, Duration width,
               std::span<const PathStretch> stretches) {
  if (width <= Duration{}) return;
  for (std::size_t i = 0; i < series.size(); ++i) {
    if (series[i].offered == series[i].good) continue;
    const Instant begin = Instant::origin() + width * static_cast<std::int64_t>(i);
    for (std::size_t s = 0; s < stretches.size(); ++s) {
      // What arrives at the end of the last bin, or in one beyond the end, is of the last stretch.
      PathStretch stretch = stretches[s];
      if (s + 1 == stretches.size()) stretch.to = Instant::never();
      const double share = share_in(stretch, begin, width);
      if (!(share > 0)) continue;
      for_causes(series[i], [&](std::string_view cause, std::uint64_t count) {
        sums_[stretch.segment][cause] += share * static_cast<double>(count);
      });
    }
  }
}

std::vector<HarmRow> Harm::rows(std::size_t trials) const {
  std::vector<HarmRow> rows;
  double all = 0;
  for (const auto& [segment, causes] : sums_) {
    double sum = 0;
    for (const auto& [cause, count] : causes) sum += count;
    all += sum;
    HarmRow row;
    row.segment = segment;
    row.per_trial = sum / static_cast<double>(trials);
    row.share = sum;
    for (const auto& [cause, count] : causes)
      row.causes.push_back({std::string{cause}, count / sum});
    std::stable_sort(row.causes.begin(), row.causes.end(),
                     [](const HarmCause& a, const HarmCause& b) { return a.share > b.share; });
    rows.push_back(std::move(row));
  }
  for (HarmRow& row : rows) row.share /= all;
  std::stable_sort(rows.begin(), rows.end(),
                   [](const HarmRow& a, const HarmRow& b) { return a.per_trial > b.per_trial; });
  return rows;
}

}  // namespace lifeboat::reports
