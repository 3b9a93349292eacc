// The models, one function each. What each is and how its answer follows stands in its files
// (tools/bench/models); README.md has the list.
#include <algorithm>
#include <cmath>

#include "tools/bench/checks.hpp"
#include "tools/bench/model.hpp"

namespace lifeboat::bench {

namespace {

Model mm1() {
  return {"mm1",
          "M/M/1, rho 0.9: one station, the least that a request can cost",
          "bench/mm1.json",
          {{{10, {"duration=300s"}}, {20, {}}, {20, {"duration=20000s"}}}},
          {mean_sojourn(0.1)}};
}

Model tandem20() {
  return {"tandem20",
          "20 x M/M/4 in a row, rho 0.8: about 70 events pending, 20 hops a request",
          "bench/tandem20.json",
          {{{8, {"duration=1000s"}}, {10, {}}, {20, {"duration=100000s"}}}},
          {mean_sojourn(34.910812)}};
}

Model ps() {
  return {"ps",
          "M/G/1 processor sharing, rho 0.8, sizes of cv 2",
          "bench/ps.json",
          {{{10, {"duration=300s"}}, {20, {}}, {20, {"duration=20000s"}}}},
          {mean_sojourn(0.05)}};
}

/// Tiny runs have fewer users or requests, not another mechanism.
Model hold(std::uint32_t users, std::uint32_t tiny_users, double normal_s,
           bool takes_long = false) {
  const auto scale = [](std::uint32_t trials, std::uint32_t count, double seconds) {
    return Scale{trials,
                 {"traffic.thought.users.count=" + std::to_string(count),
                  "duration=" + std::to_string(std::lround(seconds)) + "s"}};
  };
  Model model;
  model.name = "hold-" + std::to_string(users);
  model.summary = "hold model: " + std::to_string(users) + " events always pending";
  model.scenario = "bench/hold.json";
  model.scales = {scale(6, tiny_users, std::ceil(4000.0 / tiny_users)), scale(6, users, normal_s),
                  scale(12, users, 5 * normal_s)};
  // The users of tiny runs are fewer, so the check is of questions a second and user.
  model.checks = {questions_per_user(1)};
  model.takes_long = takes_long;
  return model;
}

Model timeouts_0() {
  return {"timeouts-0",
          "10,000 requests/s, 10,000 in flight under a timeout of 30 s that never fires",
          "bench/timeouts-0.json",
          {{{6, {"traffic.question.rate=300/s", "duration=20s"}}, {6, {"duration=20s"}}, {12, {}}}},
          {mean_sojourn(1), share_failed(0)}};
}

Model timeouts_1() {
  return {"timeouts-1",
          "10,000 requests/s, 10,000 in flight under a timeout of 30 s; 1 % fire",
          "bench/timeouts-1.json",
          {{{6, {"traffic.question.rate=100/s", "duration=50s"}}, {6, {"duration=20s"}}, {12, {}}}},
          {mean_sojourn(0.7), share_failed(0.01)}};
}

Model timeouts_50() {
  return {
      "timeouts-50",
      "651.5 requests/s, 10,000 in flight under a timeout of 30 s; 50 % fire",
      "bench/timeouts-50.json",
      {{{6, {"traffic.question.rate=50/s", "duration=100s"}}, {6, {"duration=500s"}}, {12, {}}}},
      {mean_sojourn(0.7), share_failed(0.5)}};
}

Model retries() {
  return {"retries",
          "a station past saturation, its clients give up and try again",
          "bench/retries.json",
          {{{6, {"duration=10s", "warmup=5s"}}, {6, {"duration=100s"}}, {12, {}}}},
          {station_throughput("station", 1000)}};
}

Model cache_heavy() {
  return {"cache-heavy",
          "get, and read and put after a miss; a cache for a tenth of 100,000 keys",
          "bench/cache-heavy.json",
          {{{6,
             {"platform.keys.item.count=10000", "platform.keys.item.size=10 MiB",
              "traffic.view.rate=2000/s", "warmup=10s", "duration=5s"}},
            {6, {}},
            {12, {"duration=600s"}}}},
          {hit_ratio()}};
}

Model balanced() {
  return {
      "balanced",
      "1,000 tasks behind one balancer, least outstanding requests first",
      "bench/balanced.json",
      {{{6, {"platform.services.web.desiredCount=50", "traffic.view.rate=700/s", "duration=10s"}},
        {6, {}},
        {12, {"duration=200s"}}}},
      {task_utilization(0.7 + 1.0 / 30'000)}};
}

/// The load table leaves out health checks, and calls that a time-out cuts off: within the slack.
Model reference() {
  constexpr double kSlack = 0.002;
  return {"reference",
          "the shipped reference platform in a steady hour at 38 requests/s",
          "scenarios/library/steady-hour.json",
          {{{4, {"warmup=30s", "duration=1m"}}, {10, {"warmup=5m", "duration=15m"}}, {20, {}}}},
          {cpu_work(kSlack)}};
}

Model failover() {
  return {"failover",
          "the reference scenario: Singapore is lost in a sale, Sydney takes over",
          "scenarios/library/lose-singapore.json",
          {{{1, {"traffic.shoppers.rate=0.5/s"}}, {2, {}}, {20, {}}}},
          {}};
}

}  // namespace

const std::vector<Model>& models() {
  static const std::vector<Model> all = {mm1(),
                                         tandem20(),
                                         ps(),
                                         hold(10, 10, 50'000),
                                         hold(1'000, 1'000, 500),
                                         hold(100'000, 2'000, 10),
                                         hold(1'000'000, 4'000, 2, true),
                                         timeouts_0(),
                                         timeouts_1(),
                                         timeouts_50(),
                                         retries(),
                                         cache_heavy(),
                                         balanced(),
                                         reference(),
                                         failover()};
  return all;
}

const Model* find_model(const std::string& name) {
  const auto found = std::find_if(models().begin(), models().end(),
                                  [&](const Model& model) { return model.name == name; });
  return found == models().end() ? nullptr : &*found;
}

}  // namespace lifeboat::bench
