// A circuit breaker's states, call by call, and the adaptive retry mode's rate limiter.
#include <vector>

#include "sim/engine/client_state.hpp"
#include "tests/catch.hpp"

namespace lifeboat::sim::test {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kMillisecond = 1'000'000;

/// A breaker with its state and window.
struct Copy {
  Breaker rule;
  BreakerState state;
  std::vector<BreakerCell> cells;

  explicit Copy(const Breaker& r) : rule(r), cells(r.window) {}
  bool permits(double seconds) { return copy().permits(at(seconds)); }
  void ends(double seconds, bool failed, std::int64_t took = kMillisecond) {
    copy().heard(at(seconds), failed, took);
  }
  void give_back() { copy().give_back(); }
  [[nodiscard]] bool closed() const { return state.mode == BreakerState::Mode::kClosed; }
  [[nodiscard]] bool open() const { return state.mode == BreakerState::Mode::kOpen; }
  [[nodiscard]] bool half_open() const { return state.mode == BreakerState::Mode::kHalfOpen; }

 private:
  static std::int64_t at(double seconds) {
    return static_cast<std::int64_t>(seconds * static_cast<double>(kSecond));
  }
  BreakerCopy copy() { return {rule, state, cells.data()}; }
};

Breaker of_calls(std::uint32_t window, std::uint32_t minimum) {
  Breaker rule;
  rule.window = window;
  rule.minimum_calls = minimum;
  rule.wait_open = Duration::seconds(10);
  rule.half_open_calls = 3;
  return rule;
}

TEST_CASE("a breaker opens at the share of failures in its window of calls", "[unit]") {
  // The last 4 calls, judged from 4 on: f s s s is a quarter; the next f pushes the first out, so
  // again a quarter; one more f makes s s f f, a half.
  Copy breaker(of_calls(4, 4));
  for (const bool failed : {true, false, false, false}) breaker.ends(1, failed);
  CHECK(breaker.closed());
  breaker.ends(2, true);
  CHECK(breaker.closed());
  breaker.ends(3, true);
  CHECK(breaker.open());
}

TEST_CASE("a breaker does not judge before it has seen enough", "[unit]") {
  Copy breaker(of_calls(10, 5));
  for (int i = 0; i < 4; ++i) breaker.ends(1, true);
  CHECK(breaker.closed());
  CHECK(breaker.permits(1));
  breaker.ends(1, true);
  CHECK(breaker.open());
  // A minimum beyond the window is the window.
  Copy small(of_calls(3, 100));
  for (int i = 0; i < 3; ++i) small.ends(1, true);
  CHECK(small.open());
}

TEST_CASE("an open breaker waits, tries a few calls and decides by them", "[unit]") {
  Copy breaker(of_calls(4, 4));
  for (int i = 0; i < 4; ++i) breaker.ends(5, true);
  REQUIRE(breaker.open());
  breaker.ends(6, false);  // begun before: changes nothing
  CHECK(breaker.open());
  CHECK_FALSE(breaker.permits(14.9));
  CHECK(breaker.permits(15));  // 10 s after it opened
  CHECK(breaker.half_open());
  CHECK(breaker.permits(15));
  CHECK(breaker.permits(15.1));
  CHECK_FALSE(breaker.permits(15.2));  // three and no more
  breaker.ends(15.3, true);
  breaker.ends(15.3, false);
  CHECK(breaker.half_open());
  breaker.ends(15.4, true);  // two of three failed
  CHECK(breaker.open());
  CHECK_FALSE(breaker.permits(25.3));
  for (int i = 0; i < 3; ++i) CHECK(breaker.permits(25.4));
  breaker.ends(25.5, true);
  breaker.ends(25.5, false);
  breaker.ends(25.5, false);  // one of three failed
  CHECK(breaker.closed());
  // The window is new: three failures are not enough calls to judge.
  for (int i = 0; i < 3; ++i) breaker.ends(26, true);
  CHECK(breaker.closed());
  breaker.ends(26, true);
  CHECK(breaker.open());
}

TEST_CASE("a trial call that is never heard of gives its place to another", "[unit]") {
  Copy breaker(of_calls(4, 4));
  for (int i = 0; i < 4; ++i) breaker.ends(0, true);
  for (int i = 0; i < 3; ++i) REQUIRE(breaker.permits(10));
  REQUIRE_FALSE(breaker.permits(10));
  breaker.give_back();
  CHECK(breaker.permits(10));
}

TEST_CASE("slow calls open a breaker as failures do", "[unit]") {
  Breaker rule = of_calls(4, 4);
  rule.slow_call = Duration::milliseconds(100);
  rule.slow_rate = 0.75;
  Copy breaker(rule);
  breaker.ends(1, false, 100 * kMillisecond);  // not longer: not slow
  for (int i = 0; i < 2; ++i) breaker.ends(1, false, 101 * kMillisecond);
  breaker.ends(1, false, 1 * kMillisecond);
  CHECK(breaker.closed());  // 2 of 4
  breaker.ends(1, false, 101 * kMillisecond);
  CHECK(breaker.open());  // the first went out: 3 of 4
}

TEST_CASE("a window of seconds forgets whole seconds", "[unit]") {
  Breaker rule = of_calls(3, 4);  // the running second and the two before
  rule.timed = true;
  Copy breaker(rule);
  for (int i = 0; i < 3; ++i) breaker.ends(10.9, true);
  for (int i = 0; i < 3; ++i) breaker.ends(13.0, true);  // second 10 is out of 11, 12, 13
  CHECK(breaker.closed());                               // three calls
  breaker.ends(15.9, true);                              // of 13, 14, 15: the fourth
  CHECK(breaker.open());
}

// ---- the rate limiter ------------------------------------------------------------------------

/// 20 answers a second for 10 s, so that the measured rate is 20; the first cut comes at 10 s.
struct Limiter {
  RateLimiter rule;
  LimiterState state;

  Limiter() {
    state.begin(0);
    answers(0, 10);
  }
  void answers(double from, double until) {
    const auto first = static_cast<int>(from * 20 + 0.5);
    const auto last = static_cast<int>(until * 20 + 0.5);
    for (int i = first; i < last; ++i) state.heard(rule, i * (kSecond / 20), false);
  }
};

TEST_CASE("the limiter is idle until an answer is throttled", "[unit]") {
  Limiter limiter;
  CHECK(limiter.state.measured == Approx(20).epsilon(1e-3));
  for (int i = 0; i < 1000; ++i) CHECK(limiter.state.take(10 * kSecond) == 0);
}

TEST_CASE("a throttled answer cuts the rate to 0.7, and a cubic brings it back", "[oracle]") {
  // w = 20: cut to 14; K = cbrt(20 x 0.3 / 0.4) = 2.466212 s; then 0.4 (t - K)^3 + 20.
  Limiter limiter;
  limiter.state.heard(limiter.rule, 10 * kSecond, true);
  CHECK(limiter.state.enabled);
  CHECK(limiter.state.fill_rate == Approx(14).epsilon(1e-3));
  CHECK(limiter.state.k == Approx(2.466212).epsilon(1e-3));
  const double expected[] = {18.739188, 19.959467, 20.060837, 21.443298};
  for (int t = 1; t <= 4; ++t) {
    limiter.answers(10 + (t == 1 ? 0.05 : t - 1 + 0.05), 10 + t + 0.05);
    CHECK(limiter.state.fill_rate == Approx(expected[t - 1]).epsilon(1e-3));
  }
}

TEST_CASE("the limiter's bucket makes calls wait at its rate, never below 0.5 a second", "[unit]") {
  Limiter limiter;
  limiter.state.heard(limiter.rule, 10 * kSecond, true);
  limiter.state.tokens = 0;
  // 14 a second: the next token is due in 1 / 14 s, and the one after it so much later.
  std::int64_t now = 10 * kSecond;
  for (int n = 1; n <= 3; ++n) {
    const std::int64_t wait = limiter.state.take(now);
    CHECK(static_cast<double>(wait) * 1e-9 == Approx(1 / 14.0).epsilon(1e-3));
    now += wait;
    CHECK(limiter.state.take(now) == 0);
  }
  for (int i = 0; i < 50; ++i) limiter.state.heard(limiter.rule, 10 * kSecond, true);
  CHECK(limiter.state.fill_rate == 0.5);
}

}  // namespace
}  // namespace lifeboat::sim::test
