#include "reports/verdict/trial_view.hpp"

#include <algorithm>

namespace lifeboat::reports {

using sim::Duration;
using sim::Instant;

TrialView view_of(const RunInput& input, const sim::TrialResult& result) {
  TrialView view;
  view.input = &input;
  view.result = &result;
  view.end = Instant::origin() + result.measured;
  view.faults = faults_of(result);
  for (std::size_t j = 0; j < result.journeys.size(); ++j) {
    RecoveryRule rule = input.recovery;
    rule.inside = std::min(input.network->journeys[j].good_within, rule.bin);
    view.journeys.push_back(
        assess_recovery(result.journeys[j].bins, result.bin, view.end, view.faults, rule));
  }
  std::vector<Recovery> critical;
  for (const std::size_t j : critical_journeys(*input.network)) {
    if (j < view.journeys.size()) critical.push_back(view.journeys[j]);
  }
  view.whole = latest_recovery(critical);
  view.loss = losses_of(*input.network, result);
  return view;
}

std::vector<std::size_t> critical_journeys(const sim::Network& network) {
  std::vector<std::size_t> critical;
  for (std::size_t j = 0; j < network.journeys.size(); ++j) {
    if (network.journeys[j].critical) critical.push_back(j);
  }
  return critical.empty() ? entry_journeys(network) : critical;
}

std::vector<std::size_t> entry_journeys(const sim::Network& network) {
  std::vector<std::size_t> entries;
  for (std::size_t j = 0; j < network.journeys.size(); ++j) {
    const sim::Journey& journey = network.journeys[j];
    if (!journey.followed && !journey.outsiders) entries.push_back(j);
  }
  return entries;
}

std::vector<FaultSpan> faults_of(const sim::TrialResult& result) {
  std::vector<FaultSpan> faults;
  for (const sim::IncidentEvent& event : result.events) {
    if (event.kind == "fault") {
      faults.push_back({.name = event.subject, .from = event.at});
    } else if (event.kind == "fault-end") {
      for (FaultSpan& fault : faults) {
        if (fault.name == event.subject && fault.to.is_never()) fault.to = event.at;
      }
    }
  }
  std::stable_sort(faults.begin(), faults.end(),
                   [](const FaultSpan& a, const FaultSpan& b) { return a.from < b.from; });
  return faults;
}

Arrivals arrivals_in(const sim::TrialResult& result, std::size_t journey, const Windows& windows,
                     Duration width) {
  Arrivals sum;
  if (journey >= result.journeys.size() || result.bin <= Duration{} || width <= Duration{}) {
    return sum;
  }
  const auto& bins = result.journeys[journey].bins;
  for (std::size_t i = 0; i < bins.size(); ++i) {
    const auto coarse =
        static_cast<std::size_t>((result.bin * static_cast<std::int64_t>(i)) / width);
    if (!in_windows(windows, width, coarse)) continue;
    sum.offered += bins[i].offered;
    sum.succeeded += bins[i].succeeded;
    sum.good += bins[i].good;
    for (const std::uint32_t failed : bins[i].failed_by) sum.failed += failed;
  }
  return sum;
}

sim::Histogram latencies_in(const sim::TrialResult& result, std::size_t journey,
                            const Windows& windows, Duration quantile_bin) {
  sim::Histogram sum;
  if (journey >= result.journeys.size()) return sum;
  const auto& bins = result.journeys[journey].latency_bins;
  for (std::size_t i = 0; i < bins.size(); ++i) {
    if (in_windows(windows, quantile_bin, i)) sum.merge(bins[i]);
  }
  return sum;
}

}  // namespace lifeboat::reports
