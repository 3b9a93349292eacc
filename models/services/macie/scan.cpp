#include "models/services/macie/scan.hpp"

#include <algorithm>
#include <cmath>

namespace lifeboat::models::macie {

using sim::Control;
using sim::Duration;

namespace {
constexpr Duration kDay = Duration::hours(24);
}

void Scan::start_with(ScanState& state, Control& control) const {
  state.next_scan =
      control.now() + Duration::from_seconds(control.uniform("phase", 0) * kDay.to_seconds());
  control.wake_at(state.next_scan);
}

void Scan::wake_with(ScanState& state, Control& control) const {
  if (state.next_scan <= control.now()) {
    state.next_scan += kDay;
    state.left = static_cast<std::uint64_t>(std::llround(policy_.objects_per_day));
  }
  if (state.left == 0 || policy_.reads.empty()) {
    control.wake_at(state.next_scan);
    return;
  }
  --state.left;
  if (control.value(policy_.region_up) != 0) {  // else the object is passed over
    control.probe(policy_.reads[state.sent % policy_.reads.size()], policy_.timeout, state.sent);
    ++state.sent;
  }
  const Duration gap = Duration::from_seconds(1 / policy_.objects_per_second);
  control.wake_at(std::min(state.next_scan, control.now() + gap));
}

void Scan::answered_with(ScanState&, Control& control, const sim::ProbeResult& result) const {
  const sim::RegisterId counter = result.good ? policy_.read : policy_.failed;
  control.set(counter, control.value(counter) + 1);
}

}  // namespace lifeboat::models::macie
