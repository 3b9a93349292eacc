#include "reports/availability/phases.hpp"

#include <algorithm>

namespace lifeboat::reports {

using sim::Duration;
using sim::Instant;

namespace {

void append(Windows& windows, Instant from, Instant to, Instant end) {
  from = std::max(from, Instant::origin());
  to = std::min(to, end);
  if (from < to) windows.push_back({from, to});
}

/// When the incident begins and ends; both at `end` where nothing struck.
Window incident_of(std::span<const FaultSpan> faults, const Recovery& whole, Instant end) {
  if (faults.empty() || faults.front().from >= end) return {end, end};
  const Instant begins = std::max(faults.front().from, Instant::origin());
  switch (whole.outcome) {
    case RecoveryOutcome::kNoFault:
    case RecoveryOutcome::kNotBreached:
      return {begins, begins};
    case RecoveryOutcome::kRecovered:
    case RecoveryOutcome::kAlreadyFailing:
    case RecoveryOutcome::kCensored:
      return {begins, std::min(end, whole.recovered_at)};
  }
  return {end, end};
}

}  // namespace

bool in_windows(const Windows& windows, Duration width, std::size_t i) {
  const Instant middle = Instant::origin() + width * static_cast<std::int64_t>(i) + width / 2;
  return std::any_of(windows.begin(), windows.end(),
                     [&](const Window& window) { return window.contains(middle); });
}

Windows phase_windows(std::string_view phase, std::span<const NamedWindow> named,
                      std::span<const FaultSpan> faults, const Recovery& whole, Duration hold,
                      Instant end) {
  Windows windows;
  const Window incident = incident_of(faults, whole, end);
  if (phase.empty()) {
    append(windows, Instant::origin(), end, end);
  } else if (phase == "steady") {
    append(windows, Instant::origin(), incident.from, end);
    if (incident.from < end) append(windows, incident.to + hold, end, end);
  } else if (phase == "incident") {
    append(windows, incident.from, incident.to, end);
  } else if (phase == "recovery-tail") {
    append(windows, incident.to, incident.to + Duration::hours(1), end);
  } else {
    for (const NamedWindow& window : named) {
      if (window.name == phase) append(windows, window.from, window.to, end);
    }
    std::sort(windows.begin(), windows.end(),
              [](const Window& a, const Window& b) { return a.from < b.from; });
  }
  return windows;
}

std::vector<NamedWindow> all_phases(std::span<const NamedWindow> named,
                                    std::span<const FaultSpan> faults, const Recovery& whole,
                                    Duration hold, Instant end) {
  std::vector<NamedWindow> phases;
  std::vector<std::string> names{"steady", "incident", "recovery-tail"};
  for (const NamedWindow& window : named) {
    if (std::find(names.begin(), names.end(), window.name) == names.end()) {
      names.push_back(window.name);
    }
  }
  for (const std::string& name : names) {
    for (const Window& window : phase_windows(name, named, faults, whole, hold, end)) {
      phases.push_back({name, window.from, window.to});
    }
  }
  return phases;
}

std::vector<Windows> batches(Instant end, std::size_t count) {
  std::vector<Windows> parts;
  const auto n = static_cast<std::int64_t>(count);
  for (std::int64_t i = 0; i < n; ++i) {
    // Nanoseconds of the whole, cut without overflow.
    const std::int64_t length = end.nanoseconds() / n;
    const auto from = Instant::from_nanoseconds(length * i);
    parts.push_back({{from, i + 1 == n ? end : from + Duration::nanoseconds(length)}});
  }
  return parts;
}

}  // namespace lifeboat::reports
