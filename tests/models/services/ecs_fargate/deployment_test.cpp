// Rolling deployments: good versions that nobody notices, bad ones that the circuit breaker ends,
// and slow ones that it does not see.
#include <algorithm>
#include <cmath>
#include <optional>

#include "tests/models/services/testbed.hpp"

namespace lifeboat::tests {
namespace {

using sim::Duration;
using sim::TrialResult;

/// Ten tasks behind a load balancer whose checks come each 30 s, two failures take a task out.
std::string service(const std::string& deployment, bool balanced = true) {
  return R"({ "format": "lifeboat/platform/1", "name": "rolling",
    "regions": { "sg": { "code": "ap-southeast-1", "zones": ["a", "b"], "quotas": { "fargateVcpu": 64 } } },
    "services": {)" +
         std::string(balanced ? R"(
      "front": { "kind": "alb", "to": "web", "region": "sg", "registration": "5s",
                 "deregistrationDelay": "30s" },)"
                              : "") +
         R"( "web": { "kind": "ecs-fargate", "cpu": "0.5 vCPU", "memory": "1 GiB", "image": "0 MB",
        "desiredCount": 10, "region": "sg", "deployment": )" +
         deployment +
         R"(, "operations": { "get": { "steps": [ { "cpuTime": { "exponential": { "mean": "10ms" } } } ] } } } },
    "journeys": { "visit": { "entry": ")" +
         (balanced ? "front" : "web") + R"(.get" } } })";
}

const char* const kRollsBack =
    R"({ "deploymentCircuitBreaker": { "enable": true, "rollback": true } })";

/// Rolls a version out, as a pipeline or a fault does.
Script::Action deploy(double unhealthy, double speed, double errors) {
  return [=](sim::Control& control) {
    const auto set = [&](const char* name, double value) {
      control.set(control.network().find_register(std::string("web@sg/deployment/") + name),
                  static_cast<std::int64_t>(value * 1e6 + 0.5));
    };
    set("unhealthy", unhealthy);
    set("speed", speed);
    set("errors", errors);
    const auto version = control.network().find_register("web@sg/deployment/version");
    control.set(version, control.value(version) + 1);
  };
}

/// When the log first says so of a deployment.
std::optional<double> told(const TrialResult& r, const std::string& text) {
  for (const sim::IncidentEvent& event : r.events) {
    if (event.kind == "deployment" && event.text.find(text) != std::string::npos) {
      return event.at.to_seconds();
    }
  }
  return std::nullopt;
}

/// Quantile of a lognormal with the 50 % and 99 % points of a small image's start, by bisection.
double start_quantile(double u) {
  const double sigma = std::log(45.0 / 20.0) / 2.3263478740408408;
  double low = -10;
  double high = 10;
  for (int i = 0; i < 100; ++i) {
    const double z = (low + high) / 2;
    (0.5 * std::erfc(-z / std::sqrt(2.0)) < u ? low : high) = z;
  }
  return 20 * std::exp(sigma * low);
}

/// Mean of the k-th of n starts: the quantile over the density of beta(k, n - k + 1).
double mean_of_kth(int k, int n) {
  const double log_scale = std::lgamma(n + 1.0) - std::lgamma(k) - std::lgamma(n - k + 1.0);
  double sum = 0;
  constexpr int kSlices = 4000;
  for (int i = 0; i < kSlices; ++i) {
    const double u = (i + 0.5) / kSlices;
    const double density = std::exp(log_scale + (k - 1) * std::log(u) + (n - k) * std::log1p(-u));
    sum += start_quantile(u) * density / kSlices;
  }
  return sum;
}

TEST_CASE("The circuit breaker trips at the fifth of ten tasks that fail", "[oracle]") {
  // All ten new tasks are launched at once (200 %; the last two wait a fraction of a second for the
  // service's launch rate). Each starts, is registered after 5 s, fails a check then and another
  // one 30 s later: the fifth to have started is half of ten. Spread of one trial about 2 s, so
  // over 50 trials 4 standard errors are 1.2 s; the launch rate adds up to 0.3 s.
  const double expected = mean_of_kth(5, 10) + 5 + 30;
  double sum = 0;
  constexpr int kTrials = 50;
  for (int seed = 1; seed <= kTrials; ++seed) {
    Testbed bed(service(kRollsBack));
    bed.at(60, deploy(1, 1, 0));
    const TrialResult r = bed.run(Duration::seconds(240), {}, static_cast<std::uint64_t>(seed));
    const auto tripped = told(r, "the circuit breaker ends the deployment: 5 tasks");
    REQUIRE(tripped);
    sum += *tripped - 60;
  }
  CAPTURE(sum / kTrials, expected);
  CHECK(std::abs(sum / kTrials - expected) < 1.5);
}

TEST_CASE("A good version is rolled out and no request is lost", "[unit]") {
  Testbed bed(service(kRollsBack));
  bed.traffic("visit", 100);
  bed.at(60, deploy(0, 1, 0));
  std::uint32_t most = 0;
  std::uint32_t least = 100;
  for (int t = 60; t < 360; ++t) {
    bed.at(t + 0.5, [&](sim::Control& c) {
      const sim::GroupView group = c.group(*bed.handles("web", "sg").tasks);
      most = std::max(most, group.running);
      least = std::min(least, group.in_service);
    });
  }
  const TrialResult r = bed.run(Duration::seconds(360));
  CHECK(r.journeys[0].failed == 0);
  CHECK(told(r, "version 1 is rolled out"));
  CHECK(told(r, "version 1 serves alone"));
  CHECK(most > 10);
  CHECK(most <= 30);  // twice ten, and old ones that drain
  CHECK(least >= 10);
}

TEST_CASE("A bad version is rolled back and no request is lost", "[unit]") {
  Testbed bed(service(kRollsBack));
  bed.traffic("visit", 100);
  bed.at(60, deploy(1, 1, 0));
  std::uint32_t last = 0;
  bed.at(599, [&](sim::Control& c) { last = c.group(*bed.handles("web", "sg").tasks).running; });
  const TrialResult r = bed.run(Duration::seconds(600));
  CHECK(r.journeys[0].failed == 0);
  REQUIRE(told(r, "version 1 is rolled back to 0"));
  CHECK(told(r, "version 0 serves alone"));
  CHECK(last == 10);
}

TEST_CASE("Without rollback the old tasks stay, and nothing more is started", "[unit]") {
  Testbed bed(service(R"({ "deploymentCircuitBreaker": { "enable": true, "rollback": false } })"));
  bed.traffic("visit", 100);
  bed.at(60, deploy(1, 1, 0));
  std::uint32_t last = 0;
  bed.at(599, [&](sim::Control& c) { last = c.group(*bed.handles("web", "sg").tasks).running; });
  const TrialResult r = bed.run(Duration::seconds(600));
  CHECK(told(r, "the circuit breaker ends the deployment"));
  CHECK_FALSE(told(r, "rolled back"));
  CHECK(r.journeys[0].failed == 0);
  CHECK(last == 10);
}

TEST_CASE("Without a circuit breaker a bad version is tried for ever", "[unit]") {
  Testbed bed(service("{}"));
  bed.at(60, deploy(1, 1, 0));
  const TrialResult r = bed.run(Duration::seconds(1200));
  CHECK_FALSE(told(r, "circuit breaker"));
  CHECK_FALSE(told(r, "serves alone"));
  const auto failures = std::count_if(r.events.begin(), r.events.end(), [](const auto& event) {
    return event.kind == "task" && event.text.find("fails its health checks") != std::string::npos;
  });
  CHECK(failures > 50);  // ten a minute, more or less
}

TEST_CASE("A version of which some tasks fail still comes through", "[unit]") {
  // Three in ten fail. A healthy task resets the count, so that five failures in a row are needed:
  // among some twenty starts that is the exception.
  int through = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    Testbed bed(service(kRollsBack));
    bed.at(60, deploy(0.3, 1, 0));
    if (told(bed.run(Duration::seconds(1200), {}, seed), "version 1 serves alone")) ++through;
  }
  CHECK(through >= 8);
}

TEST_CASE("A slow version passes its checks, and a runbook takes it back", "[unit]") {
  Testbed bed(service(kRollsBack));
  bed.traffic("visit", 100);
  bed.at(60, deploy(0, 0.25, 0));
  bed.at(900, [&](sim::Control& c) { bed.verb("web", "sg", "ecsRollback").begin(c, {}); });
  bool done = false;
  bed.at(901, [&](sim::Control& c) {
    CHECK(bed.verb("web", "sg", "ecsRollback").status(c, {}) == models::VerbStatus::kRunning);
  });
  bed.at(1500, [&](sim::Control& c) {
    done = bed.verb("web", "sg", "ecsRollback").status(c, {}) == models::VerbStatus::kDone;
  });
  sim::RunOptions options;
  options.duration = Duration::seconds(2100);
  options.quantile_bin = Duration::seconds(300);
  const TrialResult r = sim::run_trial(bed.build(), options, 0);
  CHECK(told(r, "version 1 serves alone"));
  CHECK_FALSE(told(r, "circuit breaker"));
  CHECK(done);
  const auto mean = [&](std::size_t bin) {
    return r.journeys[0].latency_bins.at(bin).mean_seconds();
  };
  // Half a processor takes 20 ms for 10 ms alone, at a fifth of its capacity; at a quarter of the
  // speed 80 ms, at four fifths.
  CHECK(mean(2) > 3 * mean(6));
  CHECK(mean(6) == Approx(mean(5)).epsilon(0.5));
}

TEST_CASE("A version that fails requests does so at its share", "[oracle]") {
  // From 300 s on all tasks are of the version with 10 % errors: of 100 x 600 requests 6000, with
  // a standard deviation of 73; 5 of these are 370.
  Testbed bed(service("{}"));
  bed.traffic("visit", 100);
  bed.at(-300, deploy(0, 1, 0.1));
  const TrialResult r = bed.run(Duration::seconds(600), Duration::seconds(400));
  CHECK(std::abs(static_cast<double>(r.journeys[0].failed) - 6000) < 370);
}

TEST_CASE("Nothing scales in while a version is rolled out", "[unit]") {
  // Ten idle tasks that track 60 % go in after 15 minutes below it; a version of which no task ever
  // passes its check, without a circuit breaker, is rolled out from the start and keeps them.
  const auto scaled = [](bool deploys) {
    std::string json = service("{}");
    const std::string size = R"("desiredCount": 10,)";
    json.replace(json.find(size), size.size(),
                 size + R"( "scaling": { "minCapacity": 2, "maxCapacity": 20, "policies": [
                   { "type": "target-tracking", "targetValue": "60%",
                     "predefinedMetricType": "ECSServiceAverageCPUUtilization" } ] },)");
    Testbed bed(json);
    bed.traffic("visit", 1);
    if (deploys) bed.at(1, deploy(1, 1, 0));
    const TrialResult r = bed.run(Duration::seconds(3600));
    return std::any_of(r.events.begin(), r.events.end(), [](const sim::IncidentEvent& event) {
      return event.kind == "scaling" && event.text.find("-> ") != std::string::npos;
    });
  };
  CHECK(scaled(false));
  CHECK_FALSE(scaled(true));
}

TEST_CASE("Without a load balancer a broken task ends at its start", "[unit]") {
  Testbed bed(service(kRollsBack, false));
  bed.at(60, deploy(1, 1, 0));
  const TrialResult r = bed.run(Duration::seconds(300));
  CHECK(told(r, "the circuit breaker ends the deployment: 5 tasks"));
  CHECK(told(r, "version 0 serves alone"));
}

TEST_CASE("Deployment settings that cannot be are told", "[unit]") {
  const auto says = [](const std::string& deployment, const std::string& text) {
    for (const std::string& line : problems_of(service(deployment))) {
      if (line.find(text) != std::string::npos) return true;
    }
    return false;
  };
  CHECK(says(R"({ "maximumPercent": "100%" })", "no task may be started and none stopped"));
  CHECK(says(R"({ "maximumPercent": "90%" })", "maximumPercent"));
  CHECK(says(R"({ "minimumHealthy": "50%" })", "minimumHealthyPercent"));
  CHECK(says(R"({ "deploymentCircuitBreaker": { "enable": true } })", "rollback"));
}

TEST_CASE("Fewer may be healthy and no more run: old tasks stop first", "[unit]") {
  Testbed bed(service(R"({ "minimumHealthyPercent": "50%", "maximumPercent": "100%" })"));
  bed.at(60, deploy(0, 1, 0));
  std::uint32_t least = 100;
  for (int t = 60; t < 360; ++t) {
    bed.at(t + 0.5, [&](sim::Control& c) {
      least = std::min(least, c.group(*bed.handles("web", "sg").tasks).in_service);
    });
  }
  const TrialResult r = bed.run(Duration::seconds(360));
  CHECK(told(r, "version 1 serves alone"));
  CHECK(least == 5);
}

}  // namespace
}  // namespace lifeboat::tests
