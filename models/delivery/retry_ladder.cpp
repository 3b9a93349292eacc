#include "models/delivery/retry_ladder.hpp"

#include <algorithm>
#include <cmath>

namespace lifeboat::models {

RetryLadder jittered_ladder(sim::Duration base, sim::Duration cap, std::uint32_t retries,
                            sim::Duration age) {
  RetryLadder ladder;
  double ceiling = base.to_seconds();
  double left = age.to_seconds();
  for (std::uint32_t n = 0; n < retries;) {
    const bool capped = ceiling >= cap.to_seconds();
    const double high = std::min(ceiling, cap.to_seconds());
    const double fitting = high > 0 ? std::floor(left * 2 / high + 1e-9) : retries;
    const std::uint32_t wanted = capped ? retries - n : 1;
    const auto times = static_cast<std::uint32_t>(std::min<double>(wanted, fitting));
    if (times == 0) break;
    ladder.push_back(
        {times, sim::Law::uniform(sim::Duration{}, sim::Duration::from_seconds(high))});
    left -= times * high / 2;
    n += times;
    ceiling *= 2;
    if (times < wanted) break;
  }
  return ladder;
}

void add_rising_pauses(RetryLadder& ladder, std::uint32_t times, sim::Duration low,
                       sim::Duration high) {
  const double ratio = low.to_seconds() > 0 ? high.to_seconds() / low.to_seconds() : 1;
  for (std::uint32_t i = 0; i < times; ++i) {
    const double share = times > 1 ? i / (times - 1.0) : 1;
    ladder.push_back({1, sim::Law::constant(sim::Duration::from_seconds(low.to_seconds() *
                                                                        std::pow(ratio, share)))});
  }
}

std::uint32_t retries_of(const RetryLadder& ladder) {
  std::uint32_t all = 0;
  for (const RetryPhase& phase : ladder) all += phase.times;
  return all;
}

double mean_seconds_of(const RetryLadder& ladder) {
  double sum = 0;
  for (const RetryPhase& phase : ladder) sum += phase.times * phase.pause.mean_seconds();
  return sum;
}

}  // namespace lifeboat::models
