#include "models/services/sns/description.hpp"

#include "models/io/reader.hpp"
#include "models/platform/platform.hpp"

namespace lifeboat::models::sns {

namespace {

using sim::Duration;
using sim::Law;

constexpr io::Choice<Protocol> kProtocols[] = {
    {"sqs", Protocol::kAws, "a queue: 100,015 retries in 23 days"},
    {"lambda", Protocol::kAws, "a function: the same"},
    {"http", Protocol::kHttp, "an endpoint of your own: 3 retries, 20 s apart"},
    {"email", Protocol::kPerson, "50 retries in 6 hours"},
    {"sms", Protocol::kPerson, "the same"},
    {"application", Protocol::kPerson, "mobile push: the same"}};
constexpr std::string_view kRetrySource =
    "AWS documentation, SNS message delivery retries, as of 2026-11";

/// The protocol that the target's kind has.
Protocol protocol_of(const Platform& platform, std::string_view service) {
  const ServiceSpec* spec = platform.find_service(service);
  if (spec == nullptr || spec->kind == nullptr) return Protocol::kHttp;
  const bool managed = spec->kind->name() == "sqs" || spec->kind->name() == "lambda";
  return managed ? Protocol::kAws : Protocol::kHttp;
}

/// The retries that a subscription's delivery policy asks for; only HTTP's may be changed.
void read_policy(io::ObjectReader& r, Subscription& subscription) {
  r.section(
      {"deliveryPolicy", "retries of an HTTP subscription", "", "3 retries, 20 s apart"},
      [&](io::ObjectReader& policy) {
        const auto retries = static_cast<std::uint32_t>(
            policy.optional_count({"numRetries", "further attempts after the first", kRetrySource},
                                  3, {.min = 0, .max = 100}));
        const Duration low = policy.optional_duration(
            {"minDelayTarget", "first pause", kRetrySource}, Duration::seconds(20),
            {.min = Duration::seconds(1), .max = Duration::hours(1)});
        const Duration high = policy.optional_duration(
            {"maxDelayTarget", "last pause; those between rise by equal factors", kRetrySource},
            Duration::seconds(20), {.min = Duration::seconds(1), .max = Duration::hours(1)});
        if (policy.describing()) return;
        if (high < low) policy.error("maxDelayTarget", "shorter than minDelayTarget");
        RetryLadder ladder;
        add_rising_pauses(ladder, retries, low, high);
        if (mean_seconds_of(ladder) > 3600) {
          policy.error("numRetries", "the pauses sum to more than an hour", "at most 3600 s");
        }
        subscription.delivery.retries = std::move(ladder);
      });
  if (!r.describing() && r.has("deliveryPolicy") && subscription.protocol != Protocol::kHttp) {
    r.error("deliveryPolicy", "retries can be changed for HTTP subscriptions only");
  }
}

std::optional<Subscription> read_subscription(const Platform& platform, std::string_view name,
                                              io::ObjectReader& r) {
  Subscription subscription;
  DeliverySpec& delivery = subscription.delivery;
  std::optional<CallSpec> target;
  if (const auto endpoint =
          r.raw({"endpoint", "operation that gets the messages, \"service.operation\""},
                io::ValueType::kText, true)) {
    target = read_target(*endpoint, r.problems());
  }
  const Protocol usual = target ? protocol_of(platform, target->service) : Protocol::kHttp;
  const auto protocol = r.maybe_enum(
      {"protocol", "how it is reached", "", "by the endpoint's kind: sqs, lambda, or http"},
      kProtocols);
  subscription.protocol = protocol.value_or(usual);
  if (protocol && target && (*protocol == Protocol::kAws) != (usual == Protocol::kAws)) {
    r.error("protocol", "the endpoint is no such thing");
  }
  const double share =
      r.optional_ratio({"filterShare", "of the messages that its filter policy lets pass",
                        "AWS documentation, SNS filter policies: none unless set, as of 2026-11"},
                       io::Ratio{1})
          .value;
  if (r.has("filterPolicy") && !r.describing()) {
    r.error("filterPolicy", "messages have no content here, so that a policy cannot be matched",
            "\"filterShare\": the part of all messages that pass it");
    r.ignore({"filterPolicy"});
  }
  delivery.name = delivery.match = name;
  delivery.retries = standard_ladder(subscription.protocol);
  read_policy(r, subscription);
  delivery.latency = r.optional_law(
      {"deliveryLatency", "from the publish to the first attempt", "guess: p50 30 ms, p99 200 ms"},
      Law::lognormal_quantiles(Duration::milliseconds(30), Duration::milliseconds(200)));
  const auto timeout =
      r.maybe_duration({"attemptTimeout", "an attempt without an answer for so long has failed",
                        kRetrySource, "15 min for functions, 15 s for others"},
                       io::positive<Duration>());
  if (const auto to = r.raw({"deadLetter", "operation that gets what was given up", "",
                             "dead letters are counted and dropped"},
                            io::ValueType::kText)) {
    delivery.dead_letter = read_target(*to, r.problems());
  }
  if (!target) return std::nullopt;
  delivery.attempt_timeout = timeout.value_or(standard_attempt_timeout(platform, target->service));
  delivery.call = std::move(*target);
  delivery.call.probability = share;
  return subscription;
}

}  // namespace

// AWS-managed: 3 at once, 2 a second apart, 10 rising from 1 s to 20 s, 100,000 at 20 s. People:
// 2 at 10 s, 10 rising from 10 s to 600 s, 38 at 600 s. The phases are a guess where the
// documentation names only the totals (100,015 in 23 days, 50 in 6 hours).
RetryLadder standard_ladder(Protocol protocol) {
  RetryLadder ladder;
  const auto constant = [&](std::uint32_t times, Duration pause) {
    ladder.push_back({times, Law::constant(pause)});
  };
  switch (protocol) {
    case Protocol::kAws:
      constant(3, Duration{});
      constant(2, Duration::seconds(1));
      add_rising_pauses(ladder, 10, Duration::seconds(1), Duration::seconds(20));
      constant(100'000, Duration::seconds(20));
      break;
    case Protocol::kHttp:
      constant(3, Duration::seconds(20));
      break;
    case Protocol::kPerson:
      constant(2, Duration::seconds(10));
      add_rising_pauses(ladder, 10, Duration::seconds(10), Duration::seconds(600));
      constant(38, Duration::seconds(600));
      break;
  }
  return ladder;
}

Description read_description(const Platform& platform, const io::Value& value,
                             io::Problems& problems) {
  Description d;
  io::ObjectReader r(value, problems);
  d.publish = r.optional_law(
      {"publishLatency", "time of a publish", "guess: p50 30 ms, p99 200 ms"},
      Law::lognormal_quantiles(Duration::milliseconds(30), Duration::milliseconds(200)));
  r.map({"subscriptions", "who gets the messages, by a name of your own"},
        [&](std::string_view name, io::ObjectReader& one) {
          if (auto read = read_subscription(platform, name, one)) {
            d.subscriptions.push_back(std::move(*read));
          }
        });
  if (!r.describing() && !r.has("subscriptions")) {
    r.error("subscriptions", "who gets the messages is not said",
            "{} where nobody on the platform does");
  }
  r.finish();
  return d;
}

}  // namespace lifeboat::models::sns
