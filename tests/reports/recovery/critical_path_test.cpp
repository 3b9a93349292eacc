#include "reports/recovery/critical_path.hpp"

#include "tests/catch.hpp"

namespace lifeboat::reports {

namespace {

using sim::Instant;

Instant second(double seconds) { return Instant::from_seconds(seconds); }

FailoverRow row(std::string name, double start, double end, std::vector<std::string> after,
                bool acts = false) {
  FailoverRow made;
  made.name = std::move(name);
  made.start = second(start);
  made.end = second(end);
  made.waited_for = std::move(after);
  made.acts = acts;
  return made;
}

/// Fault at 100 s, checks fail by 200 s, on-call answers by 450 s, the lead declares by 1000 s;
/// promotion takes until 1600 s, capacity until 1500 s, DNS shifts when both are there; recovered
/// at 1900 s. Somebody verifies until 1800 s, which changes nothing.
std::vector<FailoverRow> failover() {
  return {row("lost", 100, 9999, {}),
          row("check", 100, 200, {"lost"}),
          row("on-call", 200, 450, {"check"}),
          row("declare", 450, 1000, {"on-call"}),
          row("promote", 1000, 1600, {"declare"}, true),
          row("compute", 1000, 1500, {"declare"}, true),
          row("shift", 1600, 1610, {"promote", "compute"}, true),
          row("verify", 1610, 1800, {"shift"})};
}

std::vector<std::string> segments(const std::vector<PathStretch>& path) {
  std::vector<std::string> result;
  for (const auto& stretch : path) result.push_back(stretch.segment);
  return result;
}

}  // namespace

TEST_CASE("The critical path goes through whatever released each step", "[unit]") {
  const auto path = critical_path(failover(), second(100), second(1900), "drain");
  CHECK(segments(path) ==
        std::vector<std::string>{"check", "on-call", "declare", "promote", "shift", "drain"});
  CHECK(path.front().from == second(100));
  CHECK(path.back().from == second(1610));
  CHECK(path.back().to == second(1900));
}

TEST_CASE("A slower branch takes the critical path over", "[unit]") {
  auto rows = failover();
  rows[5].end = second(1700);
  rows[6].start = second(1700);
  rows[6].end = second(1710);
  CHECK(segments(critical_path(rows, second(100), second(1900), "drain")) ==
        std::vector<std::string>{"check", "on-call", "declare", "compute", "shift", "drain"});
}

TEST_CASE("The stretches of a path meet end to end from the fault to recovered", "[property]") {
  auto rows = failover();
  for (int delay = 0; delay < 300; delay += 7) {
    rows[5].end = second(1500 + delay);
    rows[6].start = second(std::max(1600, 1500 + delay) + delay / 3.0);  // a gap of nobody's
    rows[6].end = second(1900);
    const auto path = critical_path(rows, second(100), second(2000), "drain");
    REQUIRE_FALSE(path.empty());
    REQUIRE(path.front().from == second(100));
    REQUIRE(path.back().to == second(2000));
    for (std::size_t i = 1; i < path.size(); ++i) REQUIRE(path[i].from == path[i - 1].to);
  }
}

TEST_CASE("A step that waits for a busy person is released by what kept the person busy",
          "[unit]") {
  auto fence = row("fence", 1300, 1500, {"declare", "call"}, true);
  fence.owner = "lead";
  fence.ready = second(1000);
  auto call = row("call", 1000, 1300, {"declare"});
  call.owner = "lead";
  auto declare = row("declare", 450, 1000, {});
  const std::vector<FailoverRow> rows{declare, call, fence};
  CHECK(segments(critical_path(rows, second(450), second(1600), "drain")) ==
        std::vector<std::string>{"declare", "call", "fence", "drain"});
}

TEST_CASE("Without steps the path is one stretch, and without recovery there is none", "[unit]") {
  CHECK(segments(critical_path({}, second(100), second(400), "drain")) ==
        std::vector<std::string>{"drain"});
  CHECK(critical_path(failover(), second(100), Instant::never(), "drain").empty());
  CHECK(critical_path(failover(), second(100), second(100), "drain").empty());
}

TEST_CASE("The last stretch is named by the dominant cause of its bad requests", "[unit]") {
  std::vector<sim::ArrivalBin> series(6);
  series[0].failed_by[static_cast<std::size_t>(sim::Cause::kTimeout)] = 99;  // before the stretch
  series[3].failed_by[static_cast<std::size_t>(sim::Cause::kStaleRegion)] = 5;
  series[4].failed_by[static_cast<std::size_t>(sim::Cause::kRejected)] = 3;
  series[4].failed_by[static_cast<std::size_t>(sim::Cause::kNoCapacity)] = 3;
  series[5].succeeded = 10;
  series[5].good = 4;
  const auto width = sim::Duration::seconds(10);
  CHECK(name_of_last_stretch(bad_between(series, width, second(30), second(40))) == "drain");
  CHECK(name_of_last_stretch(bad_between(series, width, second(30), second(50))) == "scale-out");
  CHECK(name_of_last_stretch(bad_between(series, width, second(50), second(60))) == "backlog");
  CHECK(name_of_last_stretch({}) == "drain");
}

TEST_CASE("Paths of trials are merged by segment, in the order in which they begin", "[unit]") {
  const std::vector<std::vector<PathStretch>> trials{
      {{"check", second(0), second(90)}, {"declare", second(90), second(300)}},
      {{"check", second(0), second(110)},
       {"call", second(110), second(200)},
       {"declare", second(200), second(500)}},
      {}};
  const auto merged = merge_paths(trials);
  REQUIRE(merged.size() == 3);
  CHECK(merged[0].segment == "check");
  CHECK(merged[0].share_of_trials == 1);
  CHECK(merged[0].p50_s == 90);
  CHECK(merged[0].p95_s == 110);
  CHECK(merged[1].segment == "call");
  CHECK(merged[1].share_of_trials == 0.5);
  CHECK(merged[2].segment == "declare");
  CHECK(merged[2].p95_s == 300);
}

}  // namespace lifeboat::reports
