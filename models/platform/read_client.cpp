// Reads `retry`, `breaker`, `bulkhead` and `hedge` of a call.
//
// Figures of the retry modes: AWS SDKs and tools reference, and botocore's retries (standard.py,
// quota.py, throttling.py, data/_retry.json), as of 2026-11:
//
//     mode           attempts  pauses (first at most)           quota 500: a retry costs
//     legacy         5         1 s                              no quota
//     standard       3         1 s                              5; 10 after a timeout
//     adaptive       3         1 s                              as standard, and a rate limiter
//     standard-2026  3         50 ms; 1 s after throttling      14; 5 after throttling
//
// A client of DynamoDB makes 10 attempts with first pauses of 50 ms in legacy mode, and 4 with 25
// ms in standard-2026. Breaker and bulkhead: names and defaults of Resilience4j 2.
#include <algorithm>

#include "models/platform/client.hpp"
#include "models/platform/operation.hpp"

namespace lifeboat::models {
namespace {

using io::ObjectReader;
using sim::Duration;

constexpr std::string_view kSdkSource = "AWS SDKs and tools reference, botocore, as of 2026-11";
constexpr std::string_view kResilience = "Resilience4j documentation, as of 2026-11";
constexpr Duration kMostBackoff = Duration::seconds(20);

constexpr io::Choice<RetryMode> kRetryModes[] = {
    {"standard", RetryMode::kStandard,
     "AWS SDK standard mode: 3 attempts, pauses up to 20 s, a retry quota of 500"},
    {"standard-2026", RetryMode::kStandard2026,
     "the standard mode to opt in to since 2026-05: short first pauses, dearer retries"},
    {"adaptive", RetryMode::kAdaptive,
     "standard, and a client-side rate limiter that throttled answers slow down"},
    {"legacy", RetryMode::kLegacy, "5 attempts, no quota"},
    {"none", RetryMode::kNone, "no retries"}};

/// What a mode says for a callee of that kind.
RetrySpec standard_of(RetryMode mode, bool dynamodb) {
  switch (mode) {
    case RetryMode::kNone:
      return {mode, 1, Duration::seconds(1), Duration::seconds(1), kMostBackoff};
    case RetryMode::kLegacy: {
      const Duration base = dynamodb ? Duration::milliseconds(50) : Duration::seconds(1);
      return {mode, dynamodb ? 10U : 5U, base, base, kMostBackoff};
    }
    case RetryMode::kStandard2026:
      return {mode, dynamodb ? 4U : 3U, Duration::milliseconds(dynamodb ? 25 : 50),
              Duration::seconds(1), kMostBackoff};
    case RetryMode::kStandard:
    case RetryMode::kAdaptive:
      return {mode, 3, Duration::seconds(1), Duration::seconds(1), kMostBackoff};
  }
  return {};
}

void read_retry(ObjectReader& r, std::string_view callee_kind, CallSpec& spec) {
  r.section({"retry", "attempts after a failure"}, [&](ObjectReader& section) {
    const RetryMode mode = section.optional_enum({"mode", "whose rules", kSdkSource},
                                                 RetryMode::kStandard, kRetryModes);
    spec.retry = standard_of(mode, callee_kind == "dynamodb");
    spec.retry.max_attempts = static_cast<std::uint32_t>(
        section.optional_count({"maxAttempts", "attempts in all", kSdkSource},
                               spec.retry.max_attempts, {.min = 1, .max = 100}));
    if (mode == RetryMode::kNone && section.has("maxAttempts") && !section.describing()) {
      section.error("maxAttempts", "mode none makes one attempt", "another mode");
    }
    if (const auto backoff = section.maybe_duration(
            {"backoff", "first pause at most", "",
             "1s; standard-2026: 50ms, 1s after throttling; DynamoDB: less"})) {
      spec.retry.backoff = spec.retry.throttled_backoff = *backoff;
    }
    if (const auto most = section.maybe_duration({"maxBackoff", "any pause at most", "", "20s"})) {
      spec.retry.max_backoff = *most;
    }
  });
}

/// `"slidingWindow": "10s"`, or a number of calls.
void read_window(ObjectReader& r, sim::Breaker& breaker) {
  const auto value = r.raw({"slidingWindow",
                            "the calls that it looks at: a number of the last "
                            "ones, or those of the last seconds (\"10s\")",
                            kResilience, "100"});
  if (!value || value->describer()) return;
  if (!value->is_string()) {
    const auto count = io::read_count(*value, r.problems(), {.min = 1, .max = 10'000});
    if (count) breaker.window = static_cast<std::uint32_t>(*count);
    return;
  }
  const auto length = io::read_duration(*value, r.problems(),
                                        {.min = Duration::seconds(1), .max = Duration::hours(1)});
  if (!length) return;
  if (length->count() % Duration::seconds(1).count() != 0) {
    r.problems().error(value->place(), "a window in time is of whole seconds", "\"10s\"");
    return;
  }
  breaker.timed = true;
  breaker.window = static_cast<std::uint32_t>(*length / Duration::seconds(1));
}

void read_breaker(ObjectReader& r, CallSpec& spec) {
  r.section(
      {"breaker", "a circuit breaker: lets no calls through while too many fail", "", "none"},
      [&](ObjectReader& b) {
        sim::Breaker breaker;
        breaker.failure_rate =
            b.optional_ratio(
                 {"failureRateThreshold", "share of failed calls that opens it", kResilience},
                 io::Ratio{0.5}, {.min = io::Ratio{0.001}, .max = io::Ratio{1}})
                .value;
        breaker.slow_rate =
            b.optional_ratio(
                 {"slowCallRateThreshold", "share of slow calls that opens it", kResilience},
                 io::Ratio{1}, {.min = io::Ratio{0.001}, .max = io::Ratio{1}})
                .value;
        breaker.slow_call = b.optional_duration(
            {"slowCallDurationThreshold", "a call that takes longer is slow", kResilience},
            Duration::seconds(60), io::positive<Duration>());
        read_window(b, breaker);
        breaker.minimum_calls = static_cast<std::uint32_t>(b.optional_count(
            {"minimumNumberOfCalls", "in the window before it judges", kResilience}, 100,
            {.min = 1, .max = 1'000'000}));
        breaker.wait_open = b.optional_duration(
            {"waitDurationInOpenState", "from opening to the next try", kResilience},
            Duration::seconds(60), io::positive<Duration>());
        breaker.half_open_calls = static_cast<std::uint32_t>(b.optional_count(
            {"permittedNumberOfCallsInHalfOpenState", "calls let through to try", kResilience}, 10,
            {.min = 1, .max = 10'000}));
        spec.breaker = breaker;
      });
}

void read_bulkhead(ObjectReader& r, CallSpec& spec) {
  r.section(
      {"bulkhead", "how many calls may be out at once", "", "any number"}, [&](ObjectReader& b) {
        BulkheadSpec bulkhead;
        bulkhead.max_concurrent = static_cast<std::uint32_t>(
            b.optional_count({"maxConcurrentCalls", "of one process", kResilience}, 25,
                             {.min = 1, .max = 1'000'000}));
        bulkhead.max_wait = b.optional_duration(
            {"maxWaitDuration", "for a place; then the call is refused", kResilience}, Duration{});
        spec.bulkhead = bulkhead;
      });
}

void read_hedge(ObjectReader& r, CallSpec& spec) {
  r.section({"hedge", "a second request where the first is late; the first good answer counts", "",
             "none"},
            [&](ObjectReader& h) {
              HedgeSpec hedge;
              hedge.after = h.required_duration({"after", "from one request to the next"},
                                                io::positive<Duration>());
              hedge.max_attempts = static_cast<std::uint32_t>(
                  h.optional_count({"maxAttempts", "requests in all",
                                    "ours: one more; gRPC's hedging policy allows up to 5"},
                                   2, {.min = 2, .max = 5}));
              spec.hedge = hedge;
            });
}

}  // namespace

void read_client_behaviour(ObjectReader& r, std::string_view callee_kind, CallSpec& spec) {
  read_retry(r, callee_kind, spec);
  read_breaker(r, spec);
  read_bulkhead(r, spec);
  read_hedge(r, spec);
}

std::optional<sim::RetryBudget> budget_of(RetryMode mode) {
  sim::RetryBudget budget;
  budget.refunds = true;
  switch (mode) {
    case RetryMode::kNone:
    case RetryMode::kLegacy:
      return std::nullopt;
    case RetryMode::kStandard:
    case RetryMode::kAdaptive:
      budget.retry_cost = budget.throttled_cost = 5;
      budget.timeout_cost = 10;
      return budget;
    case RetryMode::kStandard2026:
      budget.retry_cost = budget.timeout_cost = 14;
      budget.throttled_cost = 5;
      return budget;
  }
  return std::nullopt;
}

std::vector<std::pair<std::string, BulkheadSpec>> bulkheads_of(
    const std::vector<OperationSpec>& operations) {
  std::vector<std::pair<std::string, BulkheadSpec>> result;
  for (const OperationSpec& operation : operations) {
    for (const CallSpec* call : calls_of(operation.steps)) {
      if (!call->bulkhead) continue;
      std::pair<std::string, BulkheadSpec> one{call->service, *call->bulkhead};
      if (std::find(result.begin(), result.end(), one) == result.end()) {
        result.push_back(std::move(one));
      }
    }
  }
  return result;
}

sim::Station bulkhead_station(const std::string& service, const BulkheadSpec& spec) {
  sim::Station station;
  station.name = "bulkhead/" + service;
  station.kind = sim::StationKind::kHold;
  station.servers = spec.max_concurrent;
  station.queue_limit = spec.max_wait > Duration{} ? sim::kNone : 0;
  return station;
}

}  // namespace lifeboat::models
