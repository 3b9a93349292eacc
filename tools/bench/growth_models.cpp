#include "tools/bench/growth_models.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace lifeboat::bench {

namespace {

std::string platform(const std::string& services, const std::string& journeys) {
  return fmt::format(R"({{ "format": "lifeboat/platform/1", "name": "growth",
  "regions": {{ "home": {{ "code": "ap-southeast-1", "quotas": {{ "fargateVcpu": 100000 }} }} }},
  "services": {{ {} }},
  "journeys": {{ {} }} }})",
                     services, journeys);
}

std::string scenario(double warmup_s, double duration_s, const std::string& traffic) {
  return fmt::format(R"({{ "format": "lifeboat/scenario/1", "platform": "platform.json",
  "warmup": "{}s", "duration": "{}s", "run": "steady", "traffic": {{ {} }} }})",
                     std::lround(warmup_s), std::max(1L, std::lround(duration_s)), traffic);
}

std::string station(const std::string& name, int servers, const char* mean) {
  return fmt::format(
      R"("{}": {{ "kind": "queue", "region": "home", "servers": {}, "operations": {{ "serve": )"
      R"({{ "demand": {{ "exponential": {{ "mean": "{}" }} }} }} }} }})",
      name, servers, mean);
}

/// M/M/1 at 90/s with as many journeys as asked, all through the same station.
std::string till_of(std::uint32_t journeys) {
  std::vector<std::string> entries;
  for (std::uint32_t i = 1; i <= journeys; ++i) {
    entries.push_back(fmt::format(R"("visit-{}": {{ "entry": "till.serve" }})", i));
  }
  return platform(station("till", 1, "10ms"), fmt::format("{}", fmt::join(entries, ", ")));
}

constexpr double kTillRate = 90;

/// As many users who think so long and are answered at once.
GrowthFiles thinkers(std::uint32_t count, double hops, const char* think) {
  const std::string services = R"("nothing": { "kind": "queue", "region": "home", "operations": )"
                               R"({ "answer": { "steps": [{ "reply": true }] } } })";
  const std::string traffic =
      fmt::format(R"("thought": {{ "users": {{ "count": {}, "think": {} }} }})", count, think);
  return {platform(services, R"("thought": { "entry": "nothing.answer" })"),
          scenario(0, hops / count, traffic)};
}

GrowthFiles pending(std::uint32_t count, double hops) {
  return thinkers(count, hops, R"({ "exponential": { "mean": "1s" } })");
}

/// One gap of 16 is 1,600 times longer than the others; 1 s on average.
GrowthFiles pending_bursty(std::uint32_t count, double hops) {
  return thinkers(count, hops,
                  R"({ "mixture": [[0.9375, { "exponential": { "mean": "9.9071ms" } }], )"
                  R"([0.0625, { "exponential": { "mean": "15.8514s" } }]] })");
}

/// Gaps of a power tail whose variance is infinite; 1 s on average.
GrowthFiles pending_heavy(std::uint32_t count, double hops) {
  return thinkers(count, hops, R"({ "pareto": { "mean": "1s", "shape": 1.5 } })");
}

/// Stations of M/M/4 at rho 0.8 in a row. An operation may have 500 steps, so the row is cut into
/// parts of a hundred stations.
GrowthFiles stations(std::uint32_t count, double hops) {
  constexpr std::uint32_t kPart = 100;
  constexpr double kRate = 320;
  constexpr double kSojourn = 0.0175;  // of one station, seconds; rounded up
  std::vector<std::string> services;
  std::vector<std::string> parts;
  for (std::uint32_t first = 0; first < count; first += kPart) {
    std::vector<std::string> calls;
    for (std::uint32_t i = first; i < std::min(count, first + kPart); ++i) {
      services.push_back(station(fmt::format("station-{}", i + 1), 4, "10ms"));
      calls.push_back(fmt::format(R"({{ "call": "station-{}.serve" }})", i + 1));
    }
    const std::string part = fmt::format("part-{}", first / kPart + 1);
    services.push_back(fmt::format(
        R"("{}": {{ "kind": "queue", "region": "home", "operations": {{ "pass": {{ "steps": [{}] }} }} }})",
        part, fmt::join(calls, ", ")));
    parts.push_back(fmt::format(R"({{ "call": "{}.pass" }})", part));
  }
  services.push_back(fmt::format(
      R"("line": {{ "kind": "queue", "region": "home", "operations": {{ "pass": {{ "steps": [{}] }} }} }})",
      fmt::join(parts, ", ")));
  return {
      platform(fmt::format("{}", fmt::join(services, ",\n")), R"("job": { "entry": "line.pass" })"),
      scenario(kSojourn * count + 1, hops / (kRate * count),
               fmt::format(R"("job": {{ "rate": "{}/s" }})", kRate))};
}

/// Tasks of one vCPU at utilization 0.7 behind a balancer, least outstanding requests first.
GrowthFiles tasks(std::uint32_t count, double hops) {
  constexpr double kRateOfTask = 14;
  constexpr double kHopsOfRequest = 3;
  const std::string services = fmt::format(
      R"("front": {{ "kind": "alb", "region": "home", "to": "web", "routingAlgorithm": "least_outstanding_requests" }},
    "web": {{ "kind": "ecs-fargate", "region": "home", "cpu": "1 vCPU", "memory": "2 GiB", "desiredCount": {},
      "operations": {{ "view": {{ "steps": [{{ "cpuTime": {{ "exponential": {{ "mean": "50ms" }} }} }}] }} }} }})",
      count);
  return {platform(services, R"("view": { "entry": "front.view" })"),
          scenario(2, hops / (kHopsOfRequest * kRateOfTask * count),
                   fmt::format(R"("view": {{ "rate": "{}/s" }})", kRateOfTask * count))};
}

/// Journeys of one stream, equal shares of a mix.
GrowthFiles journeys(std::uint32_t count, double hops) {
  std::vector<std::string> shares;
  for (std::uint32_t i = 1; i <= count; ++i) {
    shares.push_back(fmt::format(R"("visit-{}": {:.12g})", i, 1.0 / count));
  }
  return {till_of(count), scenario(0, hops / kTillRate,
                                   fmt::format(R"("visits": {{ "rate": "{}/s", "mix": {{ {} }} }})",
                                               kTillRate, fmt::join(shares, ", ")))};
}

/// The same journeys, each with a stream of its own.
GrowthFiles streams(std::uint32_t count, double hops) {
  std::vector<std::string> traffic;
  for (std::uint32_t i = 1; i <= count; ++i) {
    traffic.push_back(
        fmt::format(R"("visit-{}": {{ "rate": "{:.12g}/s" }})", i, kTillRate / count));
  }
  return {till_of(count),
          scenario(0, hops / kTillRate, fmt::format("{}", fmt::join(traffic, ", ")))};
}

/// M/M/1 for so many seconds.
GrowthFiles seconds(std::uint32_t count, double) {
  return {till_of(1),
          scenario(0, count, fmt::format(R"("visit-1": {{ "rate": "{}/s" }})", kTillRate))};
}

}  // namespace

const std::vector<GrowthDimension>& growth_dimensions() {
  const std::vector<std::uint32_t> thousandfold = {1, 10, 100, 1000};
  const std::vector<std::uint32_t> million = {2, 10, 100, 1000, 10'000, 100'000, 1'000'000};
  static const std::vector<GrowthDimension> all = {
      {"pending", million, pending},
      {"pending-bursty", million, pending_bursty},
      {"pending-heavy-tailed", million, pending_heavy},
      {"stations", thousandfold, stations},
      {"tasks", thousandfold, tasks},
      {"journeys", thousandfold, journeys},
      {"streams", thousandfold, streams},
      {"seconds", {100, 1000, 10'000, 100'000}, seconds}};
  return all;
}

}  // namespace lifeboat::bench
