#include "sim/engine/client_state.hpp"

#include <algorithm>

#include "sim/random/math.hpp"

namespace lifeboat::sim {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
/// The bucket follows the measured rate at most so far upwards (botocore).
constexpr double kMostAboveMeasured = 2;
constexpr double kLeastWait = 1e-3;  // seconds
constexpr double kMostWait = 0.5;
constexpr double kAlmost = 1e-6;  // of a token: times are whole nanoseconds

/// Whole periods since time 0, rounded down before it as well.
std::int64_t periods(std::int64_t now, std::int64_t length) {
  return now >= 0 ? now / length : -((-now + length - 1) / length);
}

void take_from(BreakerCell& sum, const BreakerCell& cell) {
  sum.calls -= cell.calls;
  sum.failures -= cell.failures;
  sum.slow -= cell.slow;
}

void add_to(BreakerCell& sum, const BreakerCell& cell) {
  sum.calls += cell.calls;
  sum.failures += cell.failures;
  sum.slow += cell.slow;
}

}  // namespace

// ---- breakers --------------------------------------------------------------------------------

bool BreakerCopy::permits(std::int64_t now) {
  using Mode = BreakerState::Mode;
  if (state_.mode == Mode::kClosed) return true;
  if (state_.mode == Mode::kOpen) {
    if (now - state_.opened < rule_.wait_open.count()) return false;
    state_.mode = Mode::kHalfOpen;
    state_.permits = rule_.half_open_calls;
    state_.sum = {};
  }
  if (state_.permits == 0) return false;
  --state_.permits;
  return true;
}

void BreakerCopy::heard(std::int64_t now, bool failed, std::int64_t took) {
  using Mode = BreakerState::Mode;
  const BreakerCell call{1, failed ? 1U : 0U, took > rule_.slow_call.count() ? 1U : 0U};
  switch (state_.mode) {
    case Mode::kOpen:
      return;
    case Mode::kClosed: {
      record(now, call);
      const std::uint32_t enough =
          rule_.timed ? rule_.minimum_calls : std::min(rule_.minimum_calls, rule_.window);
      if (state_.sum.calls >= enough && too_bad()) open(now);
      return;
    }
    case Mode::kHalfOpen:
      add_to(state_.sum, call);
      if (state_.sum.calls < rule_.half_open_calls) return;
      if (too_bad()) {
        open(now);
      } else {
        state_.mode = Mode::kClosed;
        clear_window();
      }
      return;
  }
}

void BreakerCopy::give_back() {
  if (state_.mode == BreakerState::Mode::kHalfOpen) ++state_.permits;
}

void BreakerCopy::reset() {
  state_ = {};
  clear_window();
}

/// Into the newest cell, the oldest ones forgotten.
void BreakerCopy::record(std::int64_t now, const BreakerCell& call) {
  const auto drop_oldest = [this] {
    state_.newest = state_.newest + 1 < rule_.window ? state_.newest + 1 : 0;
    take_from(state_.sum, cells_[state_.newest]);
    cells_[state_.newest] = {};
  };
  if (rule_.timed) {
    const std::int64_t second = periods(now, kSecond);
    const std::int64_t passed =
        std::min<std::int64_t>(second - state_.second, std::int64_t{rule_.window});
    for (std::int64_t i = 0; i < passed; ++i) drop_oldest();
    state_.second = second;
  } else {
    drop_oldest();
  }
  add_to(cells_[state_.newest], call);
  add_to(state_.sum, call);
}

void BreakerCopy::clear_window() {
  std::fill_n(cells_, rule_.window, BreakerCell{});
  state_.sum = {};
}

void BreakerCopy::open(std::int64_t now) {
  state_.mode = BreakerState::Mode::kOpen;
  state_.opened = now;
  clear_window();
}

bool BreakerCopy::too_bad() const {
  const auto calls = static_cast<double>(state_.sum.calls);
  return state_.sum.failures >= rule_.failure_rate * calls ||
         state_.sum.slow >= rule_.slow_rate * calls;
}

// ---- rate limiters ---------------------------------------------------------------------------

void LimiterState::begin(std::int64_t now) {
  *this = {};
  refilled = last_cut = now;
  half_second = periods(now, kSecond) * 2;
}

void LimiterState::refill(std::int64_t now) {
  tokens = std::min(capacity, tokens + fill_rate * 1e-9 * static_cast<double>(now - refilled));
  refilled = now;
}

std::int64_t LimiterState::take(std::int64_t now) {
  if (!enabled) return 0;
  refill(now);
  if (tokens >= 1 - kAlmost) {
    tokens -= 1;
    return 0;
  }
  const double wait = std::clamp((1 - tokens) / fill_rate, kLeastWait, kMostWait);
  return static_cast<std::int64_t>(wait * 1e9 + 0.5);
}

void LimiterState::measure(const RateLimiter& rule, std::int64_t now) {
  count += 1;
  const std::int64_t newest = periods(now, kSecond / 2);
  if (newest <= half_second) return;
  const double rate = count / (0.5 * static_cast<double>(newest - half_second));
  measured = rate * rule.smoothing + measured * (1 - rule.smoothing);
  count = 0;
  half_second = newest;
}

void LimiterState::set_rate(const RateLimiter& rule, std::int64_t now, double rate) {
  refill(now);
  fill_rate = std::max(rate, rule.least_per_second);
  capacity = std::max(rate, 1.0);
  tokens = std::min(tokens, capacity);
}

void LimiterState::heard(const RateLimiter& rule, std::int64_t now, bool throttled) {
  measure(rule, now);
  double rate = 0;
  if (throttled) {
    w_max = enabled ? std::min(measured, fill_rate) : measured;
    k = w_max > 0 ? math::pow(w_max * (1 - rule.beta) / rule.scale, 1.0 / 3) : 0;
    last_cut = now;
    rate = w_max * rule.beta;
    enabled = true;
  } else {
    const double since = 1e-9 * static_cast<double>(now - last_cut) - k;
    rate = rule.scale * since * since * since + w_max;
  }
  set_rate(rule, now, std::min(rate, kMostAboveMeasured * measured));
}

}  // namespace lifeboat::sim
