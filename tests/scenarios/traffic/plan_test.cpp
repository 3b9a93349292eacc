// Traffic on a clock: rates with shapes, events, mixes, and traces.
#include "scenarios/traffic/plan.hpp"

#include <fstream>

#include "models/io/document.hpp"
#include "scenarios/traffic/curve.hpp"
#include "tests/catch.hpp"
#include "tests/main/temporary_folder.hpp"

namespace lifeboat::scenarios {
namespace {

namespace io = models::io;
using sim::Duration;
using sim::Instant;
using tests::TemporaryFolder;

TrafficTargets shop() {
  TrafficTargets targets;
  targets.journeys = {"home", "product", "checkout", "packing"};
  targets.followed = {false, false, false, true};
  targets.visits = {{"shopper", {1, 2.5, 0.1, 0}}};
  return targets;
}

Horizon run_of(Duration duration, Duration warmup = {}) {
  return {Instant::origin() - warmup, Instant::origin() + duration + Duration::minutes(1),
          duration};
}

struct Planned {
  Traffic traffic;
  TrafficPlan plan;
  std::vector<std::string> problems;
};

/// Plans with the traffic's own clock, or the default.
Planned plan(const std::string& text, Duration duration, Duration warmup = {},
             const std::filesystem::path& folder = {}) {
  io::Problems problems;
  Planned result;
  const auto document = io::Document::parse_text(text, "t.json", problems, {}, folder);
  if (document) {
    result.traffic = read_traffic(document->root(), true, problems);
    const auto clock = own_clock(result.traffic, std::nullopt).value_or(io::Calendar());
    if (!problems.has_errors()) {
      result.plan = plan_traffic(result.traffic, clock, run_of(duration, warmup), shop(), problems);
    }
  }
  result.problems = problems.lines();
  return result;
}

Planned good(const std::string& text, Duration duration, Duration warmup = {},
             const std::filesystem::path& folder = {}) {
  auto result = plan(text, duration, warmup, folder);
  for (const auto& line : result.problems) UNSCOPED_INFO(line);
  REQUIRE(result.problems.empty());
  return result;
}

std::string only_problem(const std::string& text, Duration duration = Duration::hours(1)) {
  const auto result = plan(text, duration);
  for (const auto& line : result.problems) UNSCOPED_INFO(line);
  REQUIRE(result.problems.size() == 1);
  return result.problems[0];
}

Instant hours(double h) { return Instant::from_seconds(h * 3600); }

TEST_CASE("a constant rate drives the journey of its name", "[unit]") {
  const auto planned = good(R"({ "home": { "rate": "90/s" } })", Duration::hours(1));
  REQUIRE(planned.plan.streams.size() == 1);
  const auto& stream = planned.plan.streams[0];
  CHECK(value_at(stream.rate, hours(0.5)) == 90);
  REQUIRE(stream.mix.size() == 1);
  CHECK_FALSE(stream.mix[0].is_visit);
  CHECK(stream.mix[0].index == 0);
  CHECK_FALSE(planned.plan.varies);
}

TEST_CASE("a table goes linearly or in steps", "[unit]") {
  const auto linear =
      good(R"({ "home": { "rate": { "table": [["0s", "10/s"], ["1h", "90/s"]] } } })",
           Duration::hours(2));
  CHECK(value_at(linear.plan.streams[0].rate, hours(0.5)) == Approx(50));
  CHECK(value_at(linear.plan.streams[0].rate, hours(1.5)) == 90);
  CHECK(linear.plan.varies);
  const auto step = good(R"({ "start": "2026-11-11T19:00", "timeZone": "Asia/Singapore",
      "home": { "rate": { "table": [["0s", "10/s"], ["20:00", "90/s"]], "between": "step" } } })",
                         Duration::hours(2));
  CHECK(value_at(step.plan.streams[0].rate, hours(0.999)) == 10);
  CHECK(value_at(step.plan.streams[0].rate, hours(1)) == 90);
}

TEST_CASE("the mean of a shaped rate is its mean over a whole week, whatever the weights",
          "[unit]") {
  for (const char* zone : {"UTC", "Asia/Singapore"}) {
    const auto planned = good(std::string(R"({ "start": "2026-11-11T14:20", "timeZone": ")") +
                                  zone + R"(", "home": { "rate": { "mean": "38/s",
        "day": [1, 0.2, 3, 5], "week": [1, 1, 1, 1, 1.1, 1.3, 2.2] } } })",
                              Duration::days(7));
    const auto& rate = planned.plan.streams[0].rate;
    CHECK(mean_of(rate, hours(0), hours(168)) == Approx(38).epsilon(1e-9));
    CHECK(rate.integral(hours(0), hours(168)) == Approx(38 * 604'800).epsilon(1e-9));
    CHECK(planned.plan.varies);
  }
}

TEST_CASE("a day's shape follows the local clock", "[unit]") {
  // Weights 1 from 00:00, 3 at 12:00, linear between; mean 2. Local noon is 04:00 UTC.
  const auto planned = good(R"({ "start": "2026-11-11T00:00Z", "timeZone": "Asia/Singapore",
      "home": { "rate": { "mean": "2/s", "day": [1, 3] } } })",
                            Duration::days(1));
  const auto& rate = planned.plan.streams[0].rate;
  CHECK(value_at(rate, hours(4)) == Approx(3));
  CHECK(value_at(rate, hours(16)) == Approx(1));
  CHECK(value_at(rate, hours(10)) == Approx(2));
}

TEST_CASE("a weekend has a shape of its own, at the level of its days", "[unit]") {
  // Monday 2026-11-09. Workdays weigh 1, 3 (mean 2), weekends are flat and half as busy.
  const auto planned = good(R"({ "start": "2026-11-09T00:00",
      "home": { "rate": { "mean": "6/s", "day": [1, 3], "weekend": [1],
                          "week": [1, 1, 1, 1, 1, 0.5, 0.5] } } })",
                            Duration::days(7));
  const auto& rate = planned.plan.streams[0].rate;
  CHECK(value_at(rate, hours(12)) == Approx(7 * 1.5));
  CHECK(value_at(rate, hours(5 * 24 + 12)) == Approx(7 * 0.5));
  CHECK(value_at(rate, hours(5 * 24 + 3)) == Approx(7 * 0.5));
  CHECK(value_at(rate, hours(7 * 24 - 1)) == Approx(7 * 0.5));
  CHECK(mean_of(rate, hours(0), hours(168)) == Approx(6).epsilon(1e-6));
}

TEST_CASE("burstiness on several time scales is several sources whose variances add up", "[unit]") {
  const auto planned = good(R"({ "home": { "rate": "90/s", "clients": 7,
      "burstiness": { "cv": 0.1, "correlation": "2m",
                      "also": [ { "cv": 0.2, "correlation": "1h" } ] } } })",
                            Duration::hours(1));
  REQUIRE(planned.plan.streams.size() == 2);
  const auto& fast = planned.plan.streams[0];
  const auto& slow = planned.plan.streams[1];
  CHECK(fast.name == "home");
  CHECK(slow.name == "home/2");
  CHECK(value_at(fast.rate, hours(0.5)) == Approx(30));
  CHECK(value_at(slow.rate, hours(0.5)) == Approx(60));
  CHECK(fast.burst_cv == Approx(0.3));
  CHECK(slow.burst_cv == Approx(0.3));
  CHECK(slow.burst_correlation == Duration::hours(1));
  // All of the stream's clients ask in each part: a client is as busy as without bursts.
  CHECK(fast.clients == 7);
  CHECK(slow.clients == 7);
  CHECK(only_problem(R"({ "home": { "rate": "1/s", "burstiness": { "cv": 0.1,
      "correlation": "2m", "also": [ { "cv": 0.2 } ] } } })")
            .find("correlation") != std::string::npos);
}

TEST_CASE("the shipped day has its peak in the evening and keeps the mean", "[unit]") {
  const auto planned = good(R"({ "start": "2026-11-11T00:00", "home": { "rate": { "mean": "38/s",
              "day": "retail-day.csv" } } })",
                            Duration::days(1), {}, tests::source_dir() / "scenarios" / "traffic");
  const auto& rate = planned.plan.streams[0].rate;
  CHECK(mean_of(rate, hours(0), hours(24)) == Approx(38).epsilon(1e-9));
  CHECK(value_at(rate, hours(20.5)) == Approx(38 * 2.0074).epsilon(1e-4));
}

TEST_CASE("an event grows, holds, decays by half, and brings its mix", "[unit]") {
  const auto planned = good(R"({ "start": "2026-11-11T19:00", "home": { "rate": "10/s",
      "mix": { "home": 0.6, "checkout": "40%" },
      "events": { "sale": { "at": "20:00", "ramp": "30m", "peakFactor": 3, "hold": "1h",
                            "decay": { "halfLife": "10m" }, "mix": { "home": 0.2, "product": 0.8 } } } } })",
                            Duration::hours(4));
  const auto& stream = planned.plan.streams[0];
  CHECK(value_at(stream.rate, hours(1)) == Approx(10));
  CHECK(value_at(stream.rate, hours(1.25)) == Approx(20));
  CHECK(value_at(stream.rate, hours(2)) == Approx(30));
  CHECK(value_at(stream.rate, hours(2.5) + Duration::minutes(10)) == Approx(20).epsilon(1e-3));
  CHECK(value_at(stream.rate, hours(2.5) + Duration::minutes(15)) ==
        Approx(10 + 20 * 0.353553).epsilon(1e-3));
  CHECK(value_at(stream.rate, hours(4.5)) == Approx(10));
  REQUIRE(planned.plan.events.size() == 1);
  CHECK(planned.plan.events[0].from == hours(1));
  CHECK(planned.plan.events[0].to == hours(2.5));
  REQUIRE(stream.mix.size() == 3);
  const auto share = [&](std::uint32_t journey, double h) {
    for (const auto& choice : stream.mix) {
      if (choice.index == journey) return value_at(choice.share, hours(h));
    }
    return -1.0;
  };
  CHECK(share(0, 0.5) == Approx(0.6));
  CHECK(share(0, 2) == Approx(0.2));
  CHECK(share(1, 2) == Approx(0.8));
  CHECK(share(2, 1.25) == Approx(0.2));  // half way up
  for (const double h : {0.0, 1.1, 1.4, 2.2, 2.6, 3.9}) {
    CHECK(share(0, h) + share(1, h) + share(2, h) == Approx(1).epsilon(1e-9));
  }
}

TEST_CASE("a mix may change in time", "[unit]") {
  const auto planned = good(R"({ "s": { "rate": "10/s", "mix": { "table": [
      ["0s", { "home": 1 }], ["1h", { "shopper": 0.5, "home": 0.5 }]] } } })",
                            Duration::hours(2));
  const auto& mix = planned.plan.streams[0].mix;
  REQUIRE(mix.size() == 2);
  CHECK(mix[1].is_visit);
  CHECK(value_at(mix[1].share, hours(0.5)) == Approx(0.25));
  const auto loads = expected_load(planned.plan, run_of(Duration::hours(2)), shop());
  // Visits are 0 to 50 % of 10/s in the first hour, 50 % in the second: 3.75/s on average, and
  // each has 2.5 product pages.
  CHECK(loads[1].mean == Approx(3.75 * 2.5));
  CHECK(loads[1].peak == Approx(12.5));
  CHECK(loads[1].at_start == 0);
  CHECK(loads[0].at_start == Approx(10));
  CHECK(loads[3].mean == 0);
}

TEST_CASE("a closed population counts as users over think time", "[unit]") {
  const auto planned = good(
      R"({ "home": { "users": { "count": 200, "think": { "exponential": { "mean": "4s" } } } } })",
      Duration::hours(1));
  CHECK(planned.plan.streams[0].users == 200);
  CHECK(expected_load(planned.plan, run_of(Duration::hours(1)), shop())[0].mean == Approx(50));
}

TEST_CASE("mistakes in traffic are told with place and suggestion", "[unit]") {
  CHECK(only_problem(R"({ "hom": { "rate": "90/s" } })") ==
        "t.json:1: /hom: the stream \"hom\" has no mix, and no journey or visit has its name "
        "(expected a \"mix\", or one of home, product, checkout or shopper; did you mean "
        "\"home\"?)");
  CHECK(only_problem(R"({ "s": { "rate": "90/s", "mix": { "home": 0.5, "chekout": 0.5 } } })") ==
        "t.json:1: /s/mix/chekout: there is no journey or visit \"chekout\" (expected home, "
        "product, checkout or shopper; did you mean \"checkout\"?)");
  CHECK(only_problem(R"({ "s": { "rate": "90/s", "mix": { "home": 0.5, "checkout": 0.4 } } })") ==
        "t.json:1: /s/mix: the shares sum to 0.9 (expected a sum of 1)");
  CHECK(only_problem(R"({ "packing": { "rate": "9/s", "mix": { "packing": 1 } } })") ==
        "t.json:1: /packing/mix/packing: the journey \"packing\" follows another: nobody starts "
        "it (expected home, product, checkout or shopper)");
  CHECK(only_problem(R"({ "home": { "rate": "90" } })").find("t.json:1: /home/rate: ") == 0);
  CHECK(only_problem(R"({ "home": { "rat": "90/s" , "rate": "1/s" } })")
            .find("did you mean \"rate\"") != std::string::npos);
  CHECK(only_problem(R"({ "home": { "rate": { "mean": "3/s", "week": [1, 2] } } })")
            .find("seven numbers") != std::string::npos);
  CHECK(only_problem(R"({ "home": { "rate": { "table": [["1h", "1/s"], ["1h", "2/s"]] } } })")
            .find("the times of the table do not ascend") != std::string::npos);
}

// Traces.

TEST_CASE("a trace of counts replays as rates and leaves its gaps empty", "[unit]") {
  const TemporaryFolder folder;
  folder.write("t.csv",
               "when,requests\n2026-01-05 00:00:00,300\n2026-01-05 00:05:00,600\n"
               "2026-01-05 00:15:00,150\n2026-01-05 00:20:00,\n2026-01-05 00:25:00,30\n");
  const auto planned = plan(R"({ "home": { "replay": { "file": "t.csv", "value": "requests" } } })",
                            Duration::minutes(30), Duration::minutes(2), folder.path());
  REQUIRE(planned.problems.size() == 1);
  CHECK(planned.problems[0] ==
        "t.json:1: /home: warning: the trace \"t.csv\" has 2 gaps in the run, 10m in all (the "
        "longest 5m after 2026-01-05T00:05): no traffic there");
  const auto& rate = planned.plan.streams[0].rate;
  const auto minutes = [](double m) { return Instant::from_seconds(m * 60); };
  CHECK(value_at(rate, minutes(-1)) == 1);  // the warm-up is like the first row
  CHECK(value_at(rate, minutes(2)) == 1);
  CHECK(value_at(rate, minutes(7)) == 2);
  CHECK(value_at(rate, minutes(12)) == 0);
  CHECK(value_at(rate, minutes(17)) == 0.5);
  CHECK(value_at(rate, minutes(22)) == 0);
  CHECK(value_at(rate, minutes(27)) == Approx(0.1));
  CHECK(value_at(rate, minutes(31)) == 0);
  CHECK(planned.traffic.streams[0].replay.total() == 1080);
  CHECK(rate.integral(minutes(0), minutes(30)) == Approx(1080));
}

TEST_CASE("a trace may be scaled to a peak and moved in time", "[unit]") {
  const TemporaryFolder folder;
  folder.write("t.csv", "2026-01-05 00:00:00,300\n2026-01-05 00:05:00,600\n2026-01-05 00:10,100\n");
  const auto planned = good(R"({ "start": "2030-06-01T12:00", "home": { "replay": { "file": "t.csv",
      "peak": "50/s", "from": "2026-01-05 00:05" } } })",
                            Duration::minutes(10), {}, folder.path());
  CHECK(value_at(planned.plan.streams[0].rate, hours(0.05)) == Approx(50));
  const auto apart =
      plan(R"({ "start": "2030-06-01T12:00", "home": { "replay": { "file": "t.csv" } } })",
           Duration::minutes(10), {}, folder.path());
  REQUIRE(apart.problems.size() == 1);
  CHECK(apart.problems[0].find("runs from 2026-01-05T00:00 to 2026-01-05T00:10, the scenario "
                               "2030-06-01T12:00 to 2030-06-01T12:10") != std::string::npos);
}

TEST_CASE("stamps replay at their very times", "[unit]") {
  const TemporaryFolder folder;
  folder.write("t.csv", "0.25\n1.5\n1.5\n700\n");
  const auto planned = good(R"({ "home": { "replay": { "file": "t.csv", "unit": "stamps" } } })",
                            Duration::minutes(5), {}, folder.path());
  const auto& stamps = planned.plan.streams[0].stamps;
  REQUIRE(stamps.size() == 3);
  CHECK(stamps[0] == Instant::from_seconds(0.25));
  CHECK(stamps[2] == Instant::from_seconds(1.5));
}

TEST_CASE("broken traces are refused with the line", "[unit]") {
  const TemporaryFolder folder;
  const auto told = [&](const std::string& csv, const std::string& more = "") {
    folder.write("t.csv", csv);
    const auto result = plan(R"({ "home": { "replay": { "file": "t.csv" )" + more + "} } }",
                             Duration::hours(1), {}, folder.path());
    REQUIRE(result.problems.size() == 1);
    return result.problems[0];
  };
  CHECK(told("0,1\n60,2\n60,3\n").find("t.csv:3: /: the time goes back") != std::string::npos);
  CHECK(told("0,1\n60,-2\n").find("t.csv:2: /: a negative value") != std::string::npos);
  CHECK(told("0,1\n60,x\n").find("t.csv:2") != std::string::npos);
  CHECK(told("0,1\n").find("one row does not show how long it lasts") != std::string::npos);
  CHECK(told("0,1\n60,2\n", R"(, "interval": "2m" )").find("closer than the interval of 2m") !=
        std::string::npos);
  CHECK(told("0,1\n60,2\n", R"(, "value": 7 )").find("t.json:1: /home/replay/value") == 0);
}

/// The real traces, replayed as they are: expected totals are those of their provenance notes.
struct RealTrace {
  const char* file;
  const char* more;
  double total;
  Duration length;
  std::size_t warnings;
};

TEST_CASE("real traces replay as they are, to the request", "[oracle]") {
  const auto folder = tests::traces_dir();
  const std::vector<RealTrace> traces{
      {"nab/realAWSCloudwatch/elb_request_count_8c0756.csv", "", 249'327,
       Duration::days(14) + Duration::minutes(40), 1},
      {"nasa-http-1995/requests_per_minute.csv", R"(, "timeZone": "-04:00")", 3'461'610,
       Duration::days(62) + Duration::minutes(1), 1},
      {"nasa-http-1995/busiest_hour_per_second.csv", R"(, "timeZone": "-04:00")", 14'937,
       Duration::hours(1), 0},
      {"teastore-load/increasingLowIntensity.csv", R"(, "unit": "rate")", 6000,
       Duration::minutes(2), 0},
      {"teastore-load/increasingMedIntensity.csv", R"(, "unit": "rate")", 60'500,
       Duration::minutes(2), 0},
      {"teastore-load/increasingHighIntensity.csv", R"(, "unit": "rate")", 121'000,
       Duration::minutes(2), 0},
  };
  for (const auto& trace : traces) {
    if (!std::filesystem::exists(folder / trace.file)) {
      SKIP_TEST("no real traces in " + folder.string());
    }
    INFO(trace.file);
    const auto planned = plan(std::string(R"({ "home": { "replay": { "file": ")") + trace.file +
                                  "\"" + trace.more + "} } }",
                              trace.length, {}, folder);
    for (const auto& line : planned.problems) UNSCOPED_INFO(line);
    CHECK(planned.problems.size() == trace.warnings);
    REQUIRE(planned.plan.streams.size() == 1);
    const double total =
        planned.plan.streams[0].rate.integral(Instant::origin(), Instant::origin() + trace.length);
    CHECK(planned.traffic.streams[0].replay.total() == Approx(trace.total).epsilon(1e-4));
    CHECK(total == Approx(planned.traffic.streams[0].replay.total()).epsilon(1e-9));
  }
}

}  // namespace
}  // namespace lifeboat::scenarios
