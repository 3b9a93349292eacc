// Traces of simulated requests, against trees and times worked out by hand.
#include <algorithm>
#include <cmath>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "models/services/xray/trace_rule.hpp"
#include "models/services/xray/tracer.hpp"
#include "sim/random/luck.hpp"
#include "tests/models/services/testbed.hpp"

using namespace lifeboat;
using namespace lifeboat::tests;
using models::xray::SegmentNames;
using models::xray::Tracer;
using models::xray::TraceRule;
using models::xray::TraceSampler;
using nlohmann::json;
using sim::Duration;
using sim::Instant;

namespace {

/// `web` as given, `store` that reads for 10 ms, and `rule` of the X-Ray deployment.
std::string shop(const std::string& web, const std::string& rule, const std::string& more = "") {
  return R"({ "format": "lifeboat/platform/1", "name": "traced",
    "regions": { "sg": { "code": "ap-southeast-1" } },)" +
         more + R"(
    "services": {
      "web": { "kind": "queue", "region": "sg", "servers": 1000, "operations": { "find": )" +
         web + R"( } },
      "store": { "kind": "queue", "region": "sg", "servers": 1000,
                 "operations": { "read": { "demand": "10ms" } } })" +
         (rule.empty()
              ? ""
              : R"(, "traces": { "kind": "xray", "region": "sg", "entry": "web")" + rule + " }") +
         R"( },
    "journeys": { "find": { "entry": "web.find" } } })";
}

constexpr const char* kAll = R"(, "fixedRate": "100%")";

struct Traced {
  std::vector<json> segments;  ///< in the order of the file
  std::uint64_t traces = 0;
  std::string text;
  sim::TrialResult result;

  /// The documents of each trace, by its identifier.
  [[nodiscard]] std::map<std::string, std::vector<json>> by_trace() const {
    std::map<std::string, std::vector<json>> all;
    for (const json& each : segments) all[each.at("trace_id")].push_back(each);
    return all;
  }
};

Traced trace(Testbed& bed, double per_second, Duration duration, std::uint64_t seed = 1,
             Duration warmup = {}) {
  bed.traffic_until("find", per_second, duration.to_seconds() - 1);
  Traced traced;
  std::ostringstream out;
  const sim::Network& network = bed.build();
  const auto tracer = std::make_shared<Tracer>(network, SegmentNames{{{"a"}}, 1'000'000}, out);
  sim::RunOptions options;
  options.seed = seed;
  options.duration = duration;
  options.warmup = warmup;
  options.listen = [&](std::uint32_t) { return tracer; };
  traced.result = sim::run_trial(network, options, 0);
  traced.traces = tracer->traces();
  traced.text = out.str();
  std::istringstream lines(traced.text);
  for (std::string line; std::getline(lines, line);) traced.segments.push_back(json::parse(line));
  return traced;
}

double start(const json& segment) { return segment.at("start_time").get<double>(); }
double length(const json& segment) { return segment.at("end_time").get<double>() - start(segment); }

bool is(const json& segment, const char* flag) {
  return segment.contains(flag) && segment.at(flag).get<bool>();
}

/// A number of doubles around 1e6 s: to a tenth of a microsecond.
Approx seconds(double value) { return Approx(value).margin(1e-6); }

}  // namespace

// web.find: 5 ms, then store.read twice at 10 ms each. The customer waits for 25 ms; web's calls
// begin 5 and 15 ms after the request.
TEST_CASE("A trace is the tree of the request's calls, with their times", "[unit]") {
  Testbed bed(
      shop(R"({ "steps": [ { "delay": "5ms" }, { "call": "store.read", "times": 2 } ] })", kAll));
  const Traced traced = trace(bed, 2, Duration::seconds(60));
  const auto traces = traced.by_trace();
  REQUIRE(traces.size() > 60);
  CHECK(traced.traces == traces.size());
  CHECK(traces.size() == traced.result.journeys[0].offered);
  for (const auto& [id, segments] : traces) {
    CHECK(id.size() == 35);
    CHECK(id.starts_with("1-000f42"));  // 1,000,000 s of Unix time and a little
    REQUIRE(segments.size() == 4);
    const json& customer = segments[0];
    CHECK(customer.at("name") == "find");
    CHECK_FALSE(customer.contains("parent_id"));
    CHECK(length(customer) == seconds(0.025));
    REQUIRE(customer.at("subsegments").size() == 1);
    CHECK(customer.at("subsegments")[0].at("name") == "web");
    CHECK(customer.at("subsegments")[0].at("namespace") == "remote");

    const json& web = segments[1];
    CHECK(web.at("name") == "web");
    CHECK(web.at("parent_id") == customer.at("subsegments")[0].at("id"));
    CHECK(web.at("annotations").at("operation") == "find");
    CHECK(web.at("annotations").at("region") == "sg");
    CHECK(start(web) == seconds(start(customer)));
    CHECK(length(web) == seconds(0.025));
    const json& calls = web.at("subsegments");
    REQUIRE(calls.size() == 2);
    double in_calls = 0;
    for (std::size_t i = 0; i < 2; ++i) {
      CHECK(calls[i].at("name") == "store");
      CHECK(start(calls[i]) - start(web) == seconds(i == 0 ? 0.005 : 0.015));
      in_calls += length(calls[i]);
      const json& store = segments[2 + i];
      CHECK(store.at("name") == "store");
      CHECK(store.at("parent_id") == calls[i].at("id"));
      CHECK(store.at("annotations").at("operation") == "read");
      CHECK(length(store) == seconds(0.010));
      CHECK_FALSE(store.contains("subsegments"));
      CHECK_FALSE(is(store, "fault"));
    }
    // What the customer waited for is web's own 5 ms and its calls.
    CHECK(0.005 + in_calls == seconds(length(customer)));
  }
}

// The callee needs 10 ms, the caller waits for 4: it sees a fault after 4 ms, twice, while each of
// the two goes on to its end.
TEST_CASE("After a timeout the caller's subsegment and the callee's segment differ", "[unit]") {
  Testbed bed(shop(R"({ "steps": [ { "call": "store.read", "timeout": "4ms",
                     "retry": { "mode": "legacy", "maxAttempts": 2, "backoff": "1us" } } ] })",
                   kAll));
  const Traced traced = trace(bed, 2, Duration::seconds(30));
  REQUIRE(traced.traces > 20);
  for (const auto& [id, segments] : traced.by_trace()) {
    REQUIRE(segments.size() == 4);
    CHECK(is(segments[0], "fault"));
    CHECK(segments[0].at("annotations").at("cause") == "timeout");
    CHECK(length(segments[0]) == Approx(0.008).margin(3e-6));
    CHECK(is(segments[1], "fault"));
    const json& calls = segments[1].at("subsegments");
    REQUIRE(calls.size() == 2);
    for (std::size_t i = 0; i < 2; ++i) {
      CHECK(is(calls[i], "fault"));
      CHECK(length(calls[i]) == seconds(0.004));
      CHECK(segments[2 + i].at("parent_id") == calls[i].at("id"));
      CHECK_FALSE(is(segments[2 + i], "fault"));
      CHECK(length(segments[2 + i]) == seconds(0.010));
    }
  }
}

// Nobody waits: the call's subsegment takes no time, and the callee's segment its 10 ms after the
// customer's answer.
TEST_CASE("What is called asynchronously is a segment that outlasts the answer", "[unit]") {
  Testbed bed(shop(
      R"({ "steps": [ { "delay": "2ms" }, { "call": "store.read", "async": true } ] })", kAll));
  const Traced traced = trace(bed, 2, Duration::seconds(30));
  REQUIRE(traced.traces > 20);
  for (const auto& [id, segments] : traced.by_trace()) {
    CHECK(length(segments[0]) == seconds(0.002));
    const json& call = segments[1].at("subsegments")[0];
    CHECK(length(call) == 0);
    CHECK(call.at("annotations").at("awaited") == false);
    const json& store = segments.back();
    CHECK(store.at("name") == "store");
    CHECK(start(store) - start(segments[0]) == seconds(0.002));
    CHECK(length(store) == seconds(0.010));
  }
}

// An outage of the store that refuses: web answers its customers with a fault, at once.
TEST_CASE("A request that fails carries the fault, and so does the call that failed it", "[unit]") {
  Testbed bed(shop(R"({ "steps": [ { "delay": "3ms" }, { "call": "store.read" } ] })", kAll));
  bed.at(10, [&bed](sim::Control& control) {
    control.begin_effect({bed.compiled().find("store", "sg")->id}, sim::Effect{});
  });
  const Traced traced = trace(bed, 5, Duration::seconds(30));
  std::uint64_t faults = 0;
  for (const auto& [id, segments] : traced.by_trace()) {
    const bool late = start(segments[0]) + 0.003 >= 1'000'010;
    if (start(segments[0]) + 0.013 >= 1'000'010 && !late) continue;  // caught inside
    REQUIRE(segments.size() == 3);
    faults += is(segments[0], "fault") ? 1U : 0U;
    for (const json& each : segments) CHECK(is(each, "fault") == late);
    CHECK(is(segments[1].at("subsegments")[0], "fault") == late);
    if (late) {
      CHECK(segments[0].at("annotations").at("cause") == "dependency");
      CHECK(length(segments[0]) == seconds(0.003));
    }
  }
  CHECK(faults > 50);
}

// A bucket that lets one request a second through: the others are throttled, which is an error of
// the customer's (429) and no fault.
TEST_CASE("A throttled request is an error and a throttle, not a fault", "[unit]") {
  const std::string platform = R"({ "format": "lifeboat/platform/1", "name": "traced",
    "regions": { "sg": { "code": "ap-southeast-1" } },
    "services": {
      "api": { "kind": "api-gateway", "region": "sg", "to": "web",
               "throttle": { "rateLimit": "1/s", "burstLimit": 1 } },
      "web": { "kind": "queue", "region": "sg", "servers": 1000,
               "operations": { "find": { "demand": "1ms" } } },
      "traces": { "kind": "xray", "region": "sg", "entry": "api", "fixedRate": "100%" } },
    "journeys": { "find": { "entry": "api.find" } } })";
  Testbed bed(platform);
  const Traced traced = trace(bed, 20, Duration::seconds(30));
  std::uint64_t throttled = 0;
  for (const auto& [id, segments] : traced.by_trace()) {
    if (!is(segments[0], "throttle")) continue;
    ++throttled;
    CHECK(is(segments[0], "error"));
    CHECK_FALSE(is(segments[0], "fault"));
    CHECK(is(segments[1], "throttle"));
  }
  CHECK(throttled == traced.result.journeys[0].failed_by[static_cast<int>(sim::Cause::kThrottled)]);
  CHECK(throttled > 400);
}

// Request by request by hand: of a reservoir of 2 the first two of each second, and of the others
// those whose own luck is below the rate.
TEST_CASE("The reservoir comes first in each second, and then the rate", "[unit]") {
  TraceSampler two({"rule", {}, 2, 0});
  const auto at = [](double s) { return Instant::from_seconds(s); };
  CHECK(two.take(at(0.1), 1));
  CHECK(two.take(at(0.9), 2));
  CHECK_FALSE(two.take(at(0.95), 3));
  CHECK(two.take(at(1.0), 4));
  CHECK(two.take(at(5.5), 5));
  CHECK(two.take(at(5.5), 6));
  CHECK_FALSE(two.take(at(5.6), 7));
  TraceSampler half({"rule", {}, 0.5, 0});  // every other second
  int taken = 0;
  for (int s = 0; s < 100; ++s) taken += half.take(at(s), 1) ? 1 : 0;
  CHECK(taken == 50);
  // Without a reservoir: the same requests at any instant. 100,000 coins of 5 %: 5,000 and a
  // deviation of 69; false failure beyond 5 deviations 6e-7.
  TraceSampler rate({"rule", {}, 0, 0.05});
  TraceSampler again({"rule", {}, 0, 0.05});
  std::int64_t heads = 0;
  for (std::uint64_t i = 0; i < 100'000; ++i) {
    const std::uint64_t number = sim::mix(7, i);
    const bool head = rate.take(at(1), number);
    heads += head ? 1 : 0;
    REQUIRE(again.take(at(2), number) == head);
  }
  CHECK(std::abs(heads - 5000) < 345);
}

// In 1,000 s with n requests each second, Poisson of mean 20: one a second, and 5 % of the other
// 19: 1.95 a second. Their number deviates by sqrt(1000 x 19 x 0.05) = 31 (a coin for each of
// Poisson's others); 5 deviations are 155.
TEST_CASE("As many traces are written as the rule says, and without one by X-Ray's own", "[unit]") {
  for (const char* rule : {R"(, "reservoirSize": 1)", ""}) {
    Testbed bed(shop(R"({ "demand": "1ms" })", rule));
    const Traced traced = trace(bed, 20, Duration::seconds(1001));
    INFO("rule " << rule);
    CHECK(std::abs(static_cast<double>(traced.traces) - 1950) < 155);
    CHECK(traced.by_trace().size() == traced.traces);
    std::vector<bool> seconds_seen(1000);
    for (const auto& [id, segments] : traced.by_trace()) {
      seconds_seen.at(static_cast<std::size_t>(start(segments[0]) - 1e6)) = true;
    }
    CHECK(std::count(seconds_seen.begin(), seconds_seen.end(), true) >= 999);
  }
}

// Those of the warm-up are not: the reservoir of the first second is the window's own.
TEST_CASE("Requests that arrive in the measured window are traced", "[unit]") {
  Testbed bed(shop(R"({ "demand": "1ms" })", kAll));
  const Traced traced = trace(bed, 5, Duration::seconds(50), 1, Duration::seconds(100));
  CHECK(traced.traces == traced.result.journeys[0].offered);
  for (const json& segment : traced.segments) CHECK(start(segment) >= 1'000'000);
}

TEST_CASE("Tracing changes no result, and the same luck writes the same bytes", "[unit]") {
  const std::string platform =
      shop(R"({ "steps": [ { "demand": "2ms" }, { "call": "store.read", "probability": 0.5 } ] })",
           R"(, "reservoirSize": 0, "fixedRate": "30%")");
  Testbed one(platform);
  const Traced first = trace(one, 10, Duration::seconds(100));
  Testbed two(platform);
  CHECK(trace(two, 10, Duration::seconds(100)).text == first.text);
  Testbed three(platform);
  CHECK(trace(three, 10, Duration::seconds(100), 2).text != first.text);
  Testbed plain(platform);
  plain.traffic_until("find", 10, 99);
  const sim::TrialResult untraced = plain.run(Duration::seconds(100));
  CHECK(untraced.draws == first.result.draws);
  CHECK(untraced.engine_events == first.result.engine_events);
}
