#include "models/services/eventbridge/description.hpp"

#include "models/io/reader.hpp"
#include "models/platform/platform.hpp"

namespace lifeboat::models::eventbridge {

namespace {

using sim::Duration;
using sim::Law;

constexpr std::string_view kRetrySource =
    "AWS documentation, EventBridge retry policy and dead-letter queues, as of 2026-11";
constexpr std::string_view kBackoffSource =
    "guess: unpublished but for \"exponential with jitter\"; fills 24 hours with 185 attempts";
constexpr std::size_t kMostRules = 300;
constexpr std::size_t kMostTargets = 5;

struct Retry {
  Duration age;
  std::uint32_t attempts = 0;
  Duration base;
  Duration cap;
};

Retry read_retry(io::ObjectReader& r) {
  Retry retry;
  retry.age = r.optional_duration({"maximumEventAge", "how long delivery is tried", kRetrySource},
                                  Duration::hours(24),
                                  {.min = Duration::seconds(60), .max = Duration::hours(24)});
  retry.attempts = static_cast<std::uint32_t>(
      r.optional_count({"maximumRetryAttempts", "further attempts after the first", kRetrySource},
                       185, {.min = 0, .max = 185}));
  retry.base =
      r.optional_duration({"backoff", "first pause at most; doubles with each", kBackoffSource},
                          Duration::seconds(1), io::positive<Duration>());
  retry.cap = r.optional_duration({"maxBackoff", "any pause at most", kBackoffSource},
                                  Duration::minutes(16), io::positive<Duration>());
  return retry;
}

/// What one rule says of all its targets.
struct Rule {
  double share = 1;
  RetryLadder ladder;
  Law latency;
  std::optional<Duration> attempt_timeout;
  std::optional<CallSpec> dead_letter;
  std::vector<CallSpec> targets;
};

Rule read_rule(io::ObjectReader& r) {
  Rule rule;
  rule.share = r.optional_ratio({"share", "of the events that it matches", "ours: all of them"},
                                io::Ratio{1})
                   .value;
  if (r.has("pattern") && !r.describing()) {
    r.error("pattern", "events have no content here, so that a pattern cannot be matched",
            "\"share\": the part of all events that match it");
    r.ignore({"pattern"});
  }
  for (const io::Value& target :
       r.one_or_more({"targets", "operations that get the events, \"service.operation\""},
                     io::ValueType::kText)) {
    if (auto call = read_target(target, r.problems())) rule.targets.push_back(std::move(*call));
  }
  if (!r.describing() && !r.has("targets")) {
    r.error("targets", "a rule without targets does nothing", "[\"service.operation\"]");
  }
  if (rule.targets.size() > kMostTargets) r.error("targets", "more than 5 targets of one rule");
  const Retry retry = read_retry(r);
  rule.ladder = jittered_ladder(retry.base, retry.cap, retry.attempts, retry.age);
  rule.latency = r.optional_law(
      {"deliveryLatency", "from the put to the call of the target",
       "guess: p50 60 ms, p99 150 ms; AWS quoted a p99 of 129 ms in 2024, 80 ms at p90 in the "
       "field"},
      Law::lognormal_quantiles(Duration::milliseconds(60), Duration::milliseconds(150)));
  rule.attempt_timeout =
      r.maybe_duration({"attemptTimeout", "an attempt without an answer for so long has failed",
                        "API destinations: 5 s (AWS documentation, EventBridge, as of 2026-11)",
                        "15 min for functions, 15 s for others (guess)"},
                       io::positive<Duration>());
  if (const auto to = r.raw({"deadLetter", "operation that gets what was given up", "",
                             "dead letters are counted and dropped"},
                            io::ValueType::kText)) {
    rule.dead_letter = read_target(*to, r.problems());
  }
  return rule;
}

}  // namespace

Description read_description(const Platform& platform, const io::Value& value,
                             io::Problems& problems) {
  Description d;
  io::ObjectReader r(value, problems);
  d.put = r.optional_law(
      {"putLatency", "time of a put", "guess: p50 30 ms, p99 150 ms"},
      Law::lognormal_quantiles(Duration::milliseconds(30), Duration::milliseconds(150)));
  std::size_t rules = 0;
  r.map({"rules", "what matching events are sent to, by a name of your own"},
        [&](std::string_view name, io::ObjectReader& one) {
          ++rules;
          Rule rule = read_rule(one);
          for (CallSpec& target : rule.targets) {
            DeliverySpec delivery;
            delivery.match = name;
            delivery.name = std::string(name) + "/" + target.service + "." + target.operation;
            delivery.retries = rule.ladder;
            delivery.latency = rule.latency;
            delivery.attempt_timeout =
                rule.attempt_timeout.value_or(standard_attempt_timeout(platform, target.service));
            delivery.dead_letter = rule.dead_letter;
            delivery.call = std::move(target);
            delivery.call.probability = rule.share;
            d.deliveries.push_back(std::move(delivery));
          }
        });
  if (rules > kMostRules) r.error("rules", "more than 300 rules of one bus");
  if (!r.describing() && !r.has("rules")) {
    r.error("rules", "a bus without rules goes nowhere",
            "\"rules\": { \"placed\": { \"targets\": [\"mail.send\"] } }");
  }
  r.finish();
  return d;
}

}  // namespace lifeboat::models::eventbridge
