// Each station and discipline against its closed form. The false-failure probability of one
// comparison is 1.3e-5 (estimate.hpp); no case makes more than four.
#include <string>

#include "sim/analytic/erlang.hpp"
#include "sim/analytic/queues.hpp"
#include "sim/control/control.hpp"
#include "tests/catch.hpp"
#include "tests/sim/engine/estimate.hpp"
#include "tests/sim/engine/networks.hpp"

namespace lifeboat::sim::test {
namespace {

TEST_CASE("M/M/1 mean sojourn, wait and utilization match the closed form", "[oracle]") {
  const auto net = single_queue(80, Law::exponential(kTenMs), 1);
  const RunOptions options = run_for(Duration::seconds(20), Duration::seconds(1000));
  const auto truth = analytic::mm1(80, 0.010);
  check_estimate(estimate(*net, options, mean_latency), truth.mean_sojourn, 0.03);
  check_estimate(estimate(*net, options,
                          [](const TrialResult& r) {
                            return r.stations[0].busy_server_seconds /
                                   r.stations[0].capacity_seconds;
                          }),
                 0.8, 0.01);
  check_estimate(estimate(*net, options,
                          [](const TrialResult& r) { return r.stations[0].queue_seconds / 1000; }),
                 truth.mean_waiting, 0.04);
}

TEST_CASE("M/M/4 mean wait matches Erlang C", "[oracle]") {
  const auto net = single_queue(320, Law::exponential(kTenMs), 4);
  const RunOptions options = run_for(Duration::seconds(10), Duration::seconds(300));
  check_estimate(estimate(*net, options, mean_latency), analytic::mmc(320, 0.010, 4).mean_sojourn,
                 0.02);
}

TEST_CASE("a hundred servers, timed by the random-delay set, match Erlang C", "[oracle]") {
  const auto net = single_queue(9000, Law::exponential(kTenMs), 100);
  const RunOptions options = run_for(Duration::seconds(2), Duration::seconds(8));
  check_estimate(estimate(*net, options, mean_latency),
                 analytic::mmc(9000, 0.010, 100).mean_sojourn, 0.03);
}

TEST_CASE("M/G/1 mean wait grows with the variability of service as Pollaczek and Khinchine say",
          "[oracle]") {
  const RunOptions options = run_for(Duration::seconds(20), Duration::seconds(2000));
  for (const double cv : {0.5, 2.0}) {
    const auto net = single_queue(60, Law::lognormal(kTenMs, cv), 1);
    check_estimate(estimate(*net, options, mean_latency),
                   analytic::mg1(60, 0.010, cv * cv).mean_sojourn, 0.05);
  }
}

TEST_CASE("M/M/c/c loses what Erlang B says, and M/M/1/K what a birth-death chain says",
          "[oracle]") {
  const RunOptions options = run_for(Duration::seconds(5), Duration::seconds(60));
  const auto share_lost = [](const TrialResult& r) {
    return static_cast<double>(r.journeys[0].failed) / static_cast<double>(r.journeys[0].offered);
  };
  const auto loss = single_queue(1000, Law::lognormal(kTenMs, 1.5), 12, 0);
  check_estimate(estimate(*loss, options, share_lost), analytic::erlang_b(12, 10), 0.05);
  const auto bounded = single_queue(90, Law::exponential(kTenMs), 1, 4);
  double p = 1;
  double sum = 0;
  for (int n = 0; n <= 5; ++n, p *= 0.9) sum += p;
  check_estimate(estimate(*bounded, options, share_lost), p / 0.9 / sum, 0.10);
}

TEST_CASE("the order of service changes waits' spread but not their mean", "[oracle]") {
  const RunOptions options = run_for(Duration::seconds(20), Duration::seconds(400));
  const auto lifo = single_queue(70, Law::exponential(kTenMs), 1, kNone, Discipline::kLifo);
  const auto fifo = single_queue(70, Law::exponential(kTenMs), 1);
  check_estimate(estimate(*lifo, options, mean_latency), analytic::mm1(70, 0.010).mean_sojourn,
                 0.03);
  const auto p99 = [](const TrialResult& r) {
    return r.journeys[0].latency.quantile(0.99)->to_seconds();
  };
  CHECK(estimate(*lifo, options, p99).mean > 1.5 * estimate(*fifo, options, p99).mean);
}

TEST_CASE("services of months end when they should, among thousands of things with an event",
          "[unit]") {
  // So many event slots leave the event set room for two weeks ahead.
  constexpr int kStations = 130;
  constexpr std::uint32_t kServers = 64;
  constexpr double kDay_s = 86'400;
  OneService one;
  Station station;
  station.servers = kServers;
  station.deployment = one.deployment;
  for (int i = 1; i < kStations; ++i) {
    station.name = "idle-" + std::to_string(i);
    one.builder.add_station(station);
  }
  station.name = "till";
  const StationId till = one.builder.add_station(station);
  PlanBuilder plan = one.builder.define(one.plan);
  plan.visit(till, one.builder.add_law(Law::constant(Duration::hours(60 * 24))), "work");
  plan.delay(
      one.builder.add_law(Law::uniform(Duration::hours(80 * 24), Duration::hours(80 * 24 + 1))),
      "rest");
  plan.finish();
  one.builder.add_source(stamps_source({0, 1, 10 * kDay_s, 55 * kDay_s, 59 * kDay_s}, one.journey));
  const auto net = one.builder.build();
  RunOptions options = run_for(Duration{}, Duration::hours(220 * 24));
  options.bin = Duration::hours(24);
  const TrialResult result = run_trial(*net, options, 0);
  CHECK(result.journeys[0].succeeded == 5);
  CHECK(mean_latency(result) > 140 * kDay_s);
  CHECK(mean_latency(result) < 140 * kDay_s + 3600);
  CHECK(result.stations[till.index()].busy_server_seconds ==
        Approx(5 * 60 * kDay_s).epsilon(1e-12));
}

/// A processor-sharing station with a limit on how many share it.
std::shared_ptr<const Network> shared_queue(const Source& source, const Law& demand,
                                            std::uint32_t capacity_milli, std::uint32_t limit) {
  OneService one;
  Station places;
  places.name = "till/places";
  places.kind = StationKind::kHold;
  places.servers = limit;
  places.deployment = one.deployment;
  const StationId hold = one.builder.add_station(places);
  Station processor;
  processor.name = "till/processor";
  processor.kind = StationKind::kShared;
  processor.capacity_milli = capacity_milli;
  processor.deployment = one.deployment;
  const StationId cpu = one.builder.add_station(processor);
  PlanBuilder plan = one.builder.define(one.plan);
  if (limit != kNone) plan.acquire(hold);
  plan.compute(cpu, one.builder.add_law(demand), "demand");
  plan.finish();
  one.builder.add_source(source);
  return one.builder.build();
}
std::shared_ptr<const Network> shared_queue(double per_second, const Law& demand,
                                            std::uint32_t capacity_milli, std::uint32_t limit) {
  return shared_queue(constant_source("visit", per_second, JourneyId(0)), demand, capacity_milli,
                      limit);
}

TEST_CASE("who is alone gets one processor at most, and what there is of less", "[unit]") {
  struct Row {
    std::uint32_t capacity_milli;
    Duration takes;
  };
  for (const Row row :
       {Row{250, Duration::milliseconds(40)}, Row{999, Duration::nanoseconds(10'010'011)},
        Row{1000, kTenMs}, Row{4000, kTenMs}}) {
    CAPTURE(row.capacity_milli);
    const auto net = shared_queue(stamps_source({0.5, 1.5, 2.5}, JourneyId(0)),
                                  Law::constant(kTenMs), row.capacity_milli, kNone);
    const TrialResult result = run_trial(*net, run_for(Duration{}, Duration::seconds(4)), 0);
    CHECK(result.journeys[0].succeeded == 3);
    CHECK(result.journeys[0].latency.min() == row.takes);
    CHECK(result.journeys[0].latency.max() == row.takes);
  }
}

TEST_CASE("processor sharing depends on the mean demand alone", "[oracle]") {
  const RunOptions options = run_for(Duration::seconds(20), Duration::seconds(800));
  const double truth = analytic::mg1_processor_sharing(70, 0.010).mean_sojourn;
  for (const Law& demand : {Law::exponential(kTenMs), Law::lognormal(kTenMs, 2.0)}) {
    const auto net = shared_queue(70, demand, 1000, kNone);
    check_estimate(estimate(*net, options, mean_latency), truth, 0.04);
  }
}

TEST_CASE("two shared processors serve exponential demands like M/M/2", "[oracle]") {
  const auto net = shared_queue(140, Law::exponential(kTenMs), 2000, kNone);
  const RunOptions options = run_for(Duration::seconds(20), Duration::seconds(300));
  check_estimate(estimate(*net, options, mean_latency), analytic::mmc(140, 0.010, 2).mean_sojourn,
                 0.03);
}

TEST_CASE("limited processor sharing holds the published mean", "[oracle]") {
  // Arrivals 10, service 12, at most 3 share: p0..p4 as published; for exponential demands the
  // number present is that of M/M/1, so the mean present is rho / (1 - rho) = 5.
  const auto net = shared_queue(10, Law::exponential(Duration::from_seconds(1.0 / 12)), 1000, 3);
  const RunOptions options = run_for(Duration::seconds(200), Duration::seconds(8'000));
  check_estimate(estimate(*net, options, mean_latency), 0.5, 0.07);
  // With a constant demand a limit of 3 is better than no limit (M/D/1 waits less than PS).
  const auto constant = shared_queue(10, Law::constant(Duration::from_seconds(1.0 / 12)), 1000, 3);
  CHECK(estimate(*constant, options, mean_latency).mean < 0.45);
}

TEST_CASE("two priorities without preemption wait as Cobham says", "[oracle]") {
  NetworkBuilder builder;
  const RegionId region = builder.add_region("home");
  const DeploymentId till = builder.add_deployment("till", region);
  Station station;
  station.name = "till";
  station.discipline = Discipline::kPriority;
  station.deployment = till;
  const StationId id = builder.add_station(station);
  const LawId law = builder.add_law(Law::exponential(kTenMs));
  for (const std::uint16_t priority : {std::uint16_t{0}, std::uint16_t{1}}) {
    Journey row;
    row.name = priority == 0 ? "urgent" : "patient";
    row.plan = builder.declare_plan(row.name, till);
    PlanBuilder plan = builder.define(row.plan);
    plan.visit(id, law, "demand", priority);
    plan.finish();
    const JourneyId journey = builder.add_journey(row);
    builder.add_source(constant_source(row.name, 40, journey));
  }
  const auto net = builder.build();
  const std::vector<analytic::PriorityClass> classes{{40, 0.010, 1.0}, {40, 0.010, 1.0}};
  const std::vector<double> waits = analytic::mg1_priority_waits(classes);
  const RunOptions options = run_for(Duration::seconds(20), Duration::seconds(600));
  for (const std::size_t j : {std::size_t{0}, std::size_t{1}}) {
    check_estimate(
        estimate(*net, options,
                 [j](const TrialResult& r) { return r.journeys[j].latency.mean_seconds(); }),
        waits[j] + 0.010, 0.05);
  }
}

TEST_CASE("two queues in a row after round robin match GI/M/1", "[oracle]") {
  // Poisson 1/s dealt in turn to two exponential servers of rate 2: response 1 / sqrt(3).
  NetworkBuilder builder;
  const RegionId region = builder.add_region("home");
  const DeploymentId till = builder.add_deployment("till", region);
  TaskGroup group;
  group.name = "tills";
  group.deployment = till;
  group.limit = 2;
  Station worker;
  worker.name = "worker";
  worker.kind = StationKind::kHold;
  worker.servers = 1;
  Station processor;
  processor.name = "cpu";
  processor.kind = StationKind::kShared;
  processor.capacity_milli = 1000;
  const TaskGroupId tasks = builder.add_task_group(group, {worker, processor});
  struct StartBoth : ControllerOf<int> {
    [[nodiscard]] std::string name() const override { return "start both"; }
    void start_with(int&, Control& control) const override {
      for (int i = 0; i < 2; ++i) {
        const auto task = control.start_task(TaskGroupId{0}, 0);
        control.task_running(*task);
        control.put_in_service(*task, true);
      }
    }
    void wake_with(int&, Control&) const override {}
  };
  builder.add_controller(std::make_shared<StartBoth>());
  Journey row;
  row.name = "visit";
  row.plan = builder.declare_plan("visit", till);
  PlanBuilder plan = builder.define(row.plan);
  plan.choose(tasks);
  plan.acquire_on_task(0);
  plan.compute_on_task(1, builder.add_law(Law::exponential(Duration::milliseconds(500))), "demand");
  plan.finish();
  builder.add_source(constant_source("visit", 1, builder.add_journey(row)));
  const auto net = builder.build();
  const RunOptions options = run_for(Duration::seconds(100), Duration::seconds(20'000));
  check_estimate(estimate(*net, options, mean_latency), 0.577350, 0.02);
}

}  // namespace
}  // namespace lifeboat::sim::test
