// The scaler against a world whose metrics the test writes: what several policies make of them.
//
// A metric here has a given value at each time, whatever the capacity; the capacity follows the
// desired count at once. Datapoints are published without delay unless a test says so.
#include "models/scaling/scaler.hpp"

#include <cmath>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sim/network/builder.hpp"
#include "tests/catch.hpp"
#include "tests/sim/fake_world.hpp"

using namespace lifeboat;
using namespace lifeboat::models;
using sim::Duration;
using sim::Instant;

namespace {

using Curve = std::function<double(double)>;  // of seconds

/// Integrates a metric from call to call; one for each.
struct Meter {
  double at = 0;
  double amount = 0;
  double capacity = 0;
};

class Bench {
 public:
  ScalingSpec spec;
  io::Calendar calendar;
  double load = 1;  ///< what the amount of a unit of the metric's value is

  explicit Bench(std::int64_t desired, std::int64_t least = 1, std::int64_t most = 100) {
    desired_ = builder_.add_register("desired", desired);
    least_ = builder_.add_register("min", least);
    most_ = builder_.add_register("max", most);
    up_ = builder_.add_register("up", 1);
    plane_ = builder_.add_register("plane", 1);
    cloudwatch_ = builder_.add_register("cloudwatch", 1);
    at_once_ = builder_.add_law(sim::Law::constant(Duration{}));
  }

  void metric(ScalingMetric which, Curve value) {
    ScaledMetric metric;
    metric.metric = which;
    auto meter = std::make_shared<Meter>();
    const sim::RegisterId desired = desired_;
    metric.read = [this, meter, value, desired](sim::Control& control) {
      constexpr double kStep = 1;
      const double now = control.now().to_seconds();
      for (; meter->at + kStep <= now; meter->at += kStep) {
        meter->amount += load * value(meter->at) * kStep;
        meter->capacity += static_cast<double>(control.value(desired)) * kStep;
      }
      return MetricSample{meter->amount, load * meter->at, meter->capacity};
    };
    metrics_.push_back(std::move(metric));
  }

  TargetTracking& track(ScalingMetric metric, double target) {
    MetricPolicy& policy = spec.policies.emplace_back();
    policy.metric = metric;
    TargetTracking rule;
    rule.target = target;
    rule.scale_out_cooldown = Duration::seconds(300);
    rule.scale_in_cooldown = Duration::seconds(300);
    policy.rule = rule;
    return std::get<TargetTracking>(policy.rule);
  }

  StepScaling& steps(ScalingMetric metric, double threshold, Comparison comparison,
                     std::vector<StepAdjustment> adjustments) {
    MetricPolicy& policy = spec.policies.emplace_back();
    policy.metric = metric;
    StepScaling rule;
    rule.alarm.threshold = threshold;
    rule.alarm.comparison = comparison;
    rule.type = AdjustmentType::kPercentChangeInCapacity;
    rule.steps = std::move(adjustments);
    rule.cooldown = Duration::seconds(600);
    policy.rule = rule;
    return std::get<StepScaling>(policy.rule);
  }

  void schedule(const char* when, std::optional<std::int64_t> least,
                std::optional<std::int64_t> most) {
    ScheduledAction action;
    action.schedule = *Schedule::parse(when);
    action.min_capacity = least;
    action.max_capacity = most;
    spec.scheduled.push_back(std::move(action));
  }

  tests::FakeWorld& start() {
    ScalingTarget target;
    target.service = "web";
    target.region = "sg";
    target.capacity_name = "desired count";
    target.metrics = metrics_;
    target.desired = desired_;
    target.min_capacity = least_;
    target.max_capacity = most_;
    target.region_up = up_;
    target.control_plane = plane_;
    target.feed.works = cloudwatch_;
    target.calendar = calendar;
    target.publication.assign(spec.policies.size(), at_once_);
    world_ =
        std::make_unique<tests::FakeWorld>(std::make_shared<const sim::Network>(builder_.so_far()));
    world_->add(std::make_shared<Scaler>(std::move(target), spec));
    world_->start(Instant::origin());
    return *world_;
  }

  /// The desired count after so many minutes.
  std::int64_t after(double minutes) {
    world_->run_until(Instant::from_seconds(minutes * 60));
    return world_->value("desired");
  }
  void set(const char* name, std::int64_t value) {
    world_->set(world_->network->find_register(name), value);
  }
  /// Whether some line of the log holds all the texts.
  [[nodiscard]] bool logged(std::initializer_list<const char*> texts) const {
    for (const sim::IncidentEvent& event : world_->events) {
      bool all = true;
      for (const char* text : texts) {
        all = all && (event.text + " <- " + event.cause).find(text) != std::string::npos;
      }
      if (all) return true;
    }
    return false;
  }

 private:
  sim::NetworkBuilder builder_;
  sim::RegisterId desired_, least_, most_, up_, plane_, cloudwatch_;
  sim::LawId at_once_;
  std::vector<ScaledMetric> metrics_;
  std::unique_ptr<tests::FakeWorld> world_;
};

constexpr auto kCpu = ScalingMetric::kCpuUtilization;
constexpr auto kRequests = ScalingMetric::kRequestsPerTarget;

/// `before` until `at` seconds, `then` from there on.
Curve step_at(double at, double before, double then) {
  return [=](double t) { return t < at ? before : then; };
}

}  // namespace

// 75 % is 5 points over 70 %: +10 % of 10, so 11. From minute 5 on it is 90 %: +30 %. In the
// cooldown of 10 minutes that starts from 10 again, so 13 and not 14; after it from 13: +3.9, 16.
TEST_CASE("In the cooldown of a step only the difference to a larger step is added", "[unit]") {
  Bench bench(10);
  bench.metric(kCpu, step_at(300, 0.75, 0.9));
  bench.steps(kCpu, 0.7, Comparison::kGreaterOrEqual, {{0.0, 0.1, 10}, {0.1, {}, 30}});
  bench.start();
  CHECK(bench.after(5) == 11);
  CHECK(bench.after(8) == 13);
  CHECK(bench.logged({"CPU 90.0 %, alarm at 70 % (1 of 1), step +30 % on 10, in the cooldown",
                      "11 -> 13", "step scaling"}));
  CHECK(bench.after(15.5) == 13);
  CHECK(bench.logged({"not scaled", "its cooldown of 600 s runs for", "<- cooldown"}));
  CHECK(bench.after(20) == 16);
}

// Tracking 60 % at 90 % wants ceil(10 x 1.5) = 15, the step +100 %: 20 wins, and tracking, whose
// alarm needs three datapoints and the step's one, adds nothing to what the step has done.
TEST_CASE("Of several that scale out the largest capacity wins", "[unit]") {
  Bench bench(10, 1, 20);
  bench.metric(kCpu, [](double) { return 0.9; });
  bench.track(kCpu, 0.6);
  bench.steps(kCpu, 0.7, Comparison::kGreater, {{0.0, {}, 100}}).alarm.evaluation_periods = 3;
  std::get<StepScaling>(bench.spec.policies[1].rule).alarm.datapoints_to_alarm = 3;
  bench.start();
  CHECK(bench.after(2.9) == 10);
  CHECK(bench.after(6) == 20);
  CHECK_FALSE(bench.logged({"10 -> 15"}));
  CHECK(bench.after(20) == 20);
  CHECK(bench.logged({"not scaled", "bound by maxCapacity 20"}));
}

// Both alarms are on, and at the maximum nothing happens; when that is raised both ask at once, for
// 15 and for 20.
TEST_CASE("Two that ask at the same time get the larger capacity at once", "[unit]") {
  Bench bench(10, 1, 10);
  bench.metric(kCpu, [](double) { return 0.9; });
  bench.track(kCpu, 0.6);
  bench.steps(kCpu, 0.7, Comparison::kGreater, {{0.0, {}, 100}});
  bench.start();
  CHECK(bench.after(6) == 10);
  CHECK(bench.logged({"not scaled", "wanted, bound by maxCapacity 10"}));
  bench.set("max", 20);
  CHECK(bench.after(7.1) == 20);
  CHECK(bench.logged({"desired count 10 -> 20"}));
}

TEST_CASE("The smaller of two that scale out does not hold the larger back", "[unit]") {
  Bench bench(10);
  bench.metric(kCpu, step_at(600, 0.9, 0.6));
  bench.metric(kRequests, [](double) { return 5.0; });  // far below its target
  bench.track(kCpu, 0.6);
  bench.track(kRequests, 50);
  bench.start();
  CHECK(bench.after(6) >= 15);
}

// CPU at 20 % against 60 % asks for 4 of 10. Requests at 45 against 50 are not below 0.9 x 50, so
// nothing scales in; at 40 they ask for 8, and 8 it is.
TEST_CASE("All that track must agree to scale in, to the largest of their targets", "[unit]") {
  Bench bench(10);
  bench.metric(kCpu, [](double) { return 0.2; });
  bench.metric(kRequests, step_at(3600, 45, 40));
  bench.track(kCpu, 0.6);
  bench.track(kRequests, 50);
  bench.start();
  CHECK(bench.after(60) == 10);
  CHECK(bench.after(74) == 10);  // the 15 datapoints are not together yet
  CHECK(bench.after(77) == 8);
  CHECK(bench.logged({"10 -> 8", "40.0 requests/s a target against 50.0/s for 15 minutes"}));
}

TEST_CASE("A policy that never scales in does not keep others from it", "[unit]") {
  Bench bench(10);
  bench.metric(kCpu, [](double) { return 0.2; });
  bench.metric(kRequests, [](double) { return 49.0; });
  bench.track(kCpu, 0.6);
  bench.track(kRequests, 50).disable_scale_in = true;
  bench.start();
  CHECK(bench.after(17) == 4);
}

// -50 % at 20 % against an alarm below 30 %, while tracking at 45/50 does not agree.
TEST_CASE("A step scales in by itself, and waits for its cooldown", "[unit]") {
  Bench bench(16);
  bench.metric(kCpu, [](double) { return 0.2; });
  bench.metric(kRequests, [](double) { return 45.0; });
  bench.track(kRequests, 50);
  bench.steps(kCpu, 0.3, Comparison::kLess, {{{}, 0.0, -50}});
  bench.start();
  CHECK(bench.after(3) == 8);
  CHECK(bench.logged({"16 -> 8", "step -50 %"}));
  CHECK(bench.after(10) == 8);
  CHECK(bench.logged({"not scaled in", "the cooldown of 600 s"}));
  CHECK(bench.after(14) == 4);
}

// The alarm of tracking is high at 9/5 of its target, where ceil(10 x 1.8) = 18.
TEST_CASE("A scale-out ends the cooldown of the scale-in before it", "[unit]") {
  Bench bench(16);
  bench.metric(kCpu, [](double t) { return t < 180 || t > 600 ? 0.2 : 0.9; });
  bench.track(kCpu, 0.5);
  bench.steps(kCpu, 0.3, Comparison::kLess, {{{}, 0.0, -50}}).cooldown = Duration::hours(2);
  bench.start();
  CHECK(bench.after(3) == 8);
  CHECK(bench.after(7) >= 15);
  const std::int64_t high = bench.after(11);
  CHECK(bench.after(14) == (high + 1) / 2);  // not held for two hours
}

TEST_CASE("Two of three datapoints set a step's alarm off, one of three does not", "[unit]") {
  const auto highest = [](std::uint32_t needed) {
    Bench bench(10);
    // Every third minute is hot.
    bench.metric(kCpu, [](double t) { return static_cast<int>(t / 60) % 3 == 0 ? 0.95 : 0.5; });
    StepScaling& rule =
        bench.steps(kCpu, 0.6, Comparison::kGreaterOrEqual, {{0.0, {}, 10}, {{}, 0.0, 10}});
    rule.alarm.evaluation_periods = 3;
    rule.alarm.datapoints_to_alarm = needed;
    bench.start();
    return bench.after(20);
  };
  // A hot minute spreads over two bins whose phase is drawn; with 2 of 3 both together may breach.
  CHECK(highest(1) > 10);
  CHECK(highest(3) == 10);
}

// The calendar begins on Monday 2026-01-05T00:00 UTC; an action is at most 5 s late.
TEST_CASE("Scheduled actions set the limits, and the capacity within them", "[unit]") {
  Bench bench(4, 2, 20);
  bench.schedule("at(2026-01-05T01:00:00)", 12, {});
  bench.schedule("cron(0 2 * * ? *)", 2, 6);
  bench.schedule("rate(5 hours)", 30, {});
  tests::FakeWorld& world = bench.start();
  CHECK(bench.after(59.99) == 4);
  CHECK(bench.after(60.1) == 12);
  CHECK(bench.logged(
      {"desired count 4 -> 12: at(2026-01-05T01:00:00), minCapacity 12", "scheduled scaling"}));
  CHECK(bench.after(120.1) == 6);
  CHECK(world.value("min") == 2);
  CHECK(world.value("max") == 6);
  CHECK(bench.after(300.1) == 30);  // a minimum above the maximum takes it along
  CHECK(world.value("max") == 30);
  CHECK(bench.after(26 * 60.0 + 0.1) == 6);  // and again on the next day
}

TEST_CASE("A scheduled action waits for a control plane that is down", "[unit]") {
  Bench bench(4);
  bench.schedule("at(2026-01-05T01:00:00)", 12, {});
  bench.start();
  bench.after(50);
  bench.set("plane", 0);
  CHECK(bench.after(90) == 4);
  bench.set("plane", 1);
  CHECK(bench.after(92) == 12);
}

TEST_CASE("Without metrics nothing scales but schedules, and then the gaps are no evidence",
          "[unit]") {
  Bench bench(10);
  bench.metric(kCpu, step_at(600, 0.6, 0.9));
  bench.track(kCpu, 0.6);
  bench.schedule("at(2026-01-05T00:30:00)", 12, {});
  bench.start();
  bench.after(9);
  bench.set("cloudwatch", 0);
  CHECK(bench.after(29) == 10);
  CHECK(bench.logged(
      {"frozen at desired count 10: no metrics, all alarms INSUFFICIENT_DATA", "CloudWatch"}));
  CHECK(bench.after(59) == 12);
  bench.set("cloudwatch", 1);
  // One bin is partly dark and a gap; three whole ones must follow.
  CHECK(bench.after(61.9) == 12);
  CHECK(bench.logged({"metrics are back"}));
  bench.after(65);
  CHECK(bench.logged({"12 -> 18"}));
}

// The alarm is on and held at the maximum. CloudWatch is lost, then the maximum is raised:
// datapoints from before would still be in the alarm's range, but nobody evaluates it.
TEST_CASE("An alarm that was on when CloudWatch was lost acts no more", "[unit]") {
  Bench bench(10, 1, 10);
  bench.metric(kCpu, [](double) { return 0.9; });
  bench.track(kCpu, 0.6);
  bench.start();
  CHECK(bench.after(6) == 10);
  bench.set("cloudwatch", 0);
  bench.set("max", 20);
  CHECK(bench.after(60) == 10);
  bench.set("cloudwatch", 1);
  CHECK(bench.after(65) > 10);
}

// A day's load of (h + 1) processors in hour h, at 50 % on tasks of 1 processor: 2 (h + 1) tasks,
// 5 minutes before the hour. It never scales in; tracking may, but not below the hour's forecast.
TEST_CASE("Predictive scaling has the forecast's capacity ready before each hour", "[unit]") {
  std::vector<HourlyLoad> history;
  const std::int64_t first = io::seconds_since_1970({.year = 2026, .month = 1, .day = 4}) / 3600;
  for (std::int64_t hour = 0; hour < 24; ++hour) {
    history.push_back({first + hour, hour < 12 ? static_cast<double>(hour + 1) : 1.0});
  }
  PredictiveScaling policy;
  policy.target = 0.5;
  policy.forecast = Forecast(history);
  Bench bench(1, 1, 20);
  bench.metric(kCpu, [](double) { return 0.1; });
  bench.track(kCpu, 0.5);
  SECTION("it scales") {
    bench.spec.predictive = policy;
    bench.start();
    CHECK(bench.after(0) == 2);
    for (int hour = 1; hour < 10; ++hour) {
      INFO(hour);
      CHECK(bench.after(60.0 * hour - 5.1) == 2 * hour);
      CHECK(bench.after(60.0 * hour - 4.9) == 2 * (hour + 1));
      CHECK(bench.after(60.0 * hour + 20) == 2 * (hour + 1));  // 15 minutes of 10 % change nothing
    }
    CHECK(bench.after(10 * 60.0 + 20) == 20);
    CHECK(bench.logged({"forecast of 11 processors for 2026-01-05T10:00; 22 wanted, bound by "
                        "maxCapacity 20"}) == false);  // 20 already
    // After noon the forecast is 2: now tracking takes it down, 0.1 / 0.5 at a time.
    CHECK(bench.after(13 * 60.0) == 2);
    CHECK(bench.logged({"bound by the forecast of the hour, 2"}));
  }
  SECTION("a forecast alone changes nothing") {
    policy.scales = false;
    bench.spec.predictive = policy;
    bench.start();
    CHECK(bench.after(180) == 1);
    CHECK(
        bench.logged({"forecast of 3 processors for 2026-01-05T02:00: desired count 6 would be "
                      "needed"}));
  }
  SECTION("the maximum rises where it may") {
    policy.may_exceed_max = true;
    policy.max_buffer = 0.5;
    bench.spec.predictive = policy;
    tests::FakeWorld& world = bench.start();
    CHECK(bench.after(11 * 60.0) == 24);
    CHECK(world.value("max") == 33);  // 22 and half as much again, from which 24 is not far
  }
}

// A week of 1 processor an hour; the run's own load is 3 from the start. After 24 measured hours
// (the first, cut by the start of the run, counts as forecast) and at the next multiple of 6 hours
// the level is (23 x 3 + 1) / 24 = 2.92 and later 3: at 50 % that is 6 tasks instead of 2.
TEST_CASE("The forecast's level follows what the run measures", "[unit]") {
  std::vector<HourlyLoad> history;
  const std::int64_t first = io::seconds_since_1970({.year = 2025, .month = 12, .day = 29}) / 3600;
  for (std::int64_t hour = 0; hour < 168; ++hour) history.push_back({first + hour, 1.0});
  PredictiveScaling policy;
  policy.target = 0.5;
  policy.forecast = Forecast(history);
  Bench bench(2);
  bench.load = 3;
  bench.metric(kCpu, [](double) { return 1.0; });
  bench.spec.predictive = policy;
  bench.start();
  CHECK(bench.after(23 * 60.0) == 2);
  CHECK(bench.after(26 * 60.0) == 6);
}
