// Sizing held against theory: exact counts where there are closed forms, the search of the
// simulation where they are known but not used, headroom at the load of the closed form.
#include <cmath>
#include <fstream>
#include <random>

#include <fmt/format.h>

#include "reports/sizing/analysis.hpp"
#include "reports/sizing/sizing_study.hpp"
#include "tests/catch.hpp"
#include "tests/main/temporary_folder.hpp"

namespace lifeboat::tests {

namespace {

using reports::DesignSpace;
using reports::Levels;

double uniform_in(std::mt19937_64& random, double low, double high) {
  return std::uniform_real_distribution<double>(low, high)(random);
}

/// A scenario of queues, "NAME": mean in seconds; the journey "visit" makes these calls in turn,
/// with their probabilities; or enters the first queue where there is one.
struct QueueScenario {
  std::vector<double> means;
  std::vector<double> probabilities;
  double rate = 1;
  std::vector<std::string> objectives;
  std::string duration = "100s";
  std::string good_within;
  std::string steps;  ///< of the door, instead of the calls
  std::string door;   ///< more that it has

  std::string text() const {
    std::string services;
    std::string calls;
    for (std::size_t i = 0; i < means.size(); ++i) {
      services += fmt::format(R"("q{}":{{"kind":"queue","servers":1,"region":"home","operations":)"
                              R"({{"serve":{{"demand":{{"exponential":{{"mean":"{}s"}}}}}}}}}},)",
                              i, means[i]);
      calls += fmt::format(R"({}{{"call":"q{}.serve","probability":"{}%"}})",
                           calls.empty() ? "" : ",", i, 100 * probabilities[i]);
    }
    const bool alone = means.size() == 1;
    if (!alone) {
      services += fmt::format(
          R"("door":{{"kind":"queue","region":"home",{}"operations":{{"come":{{"steps":[{}]}}}}}},)",
          door, steps.empty() ? calls : steps);
    }
    services.pop_back();
    std::string asked;
    for (const auto& one : objectives) asked += (asked.empty() ? "\"" : ",\"") + one + "\"";
    return fmt::format(
        R"({{"format":"lifeboat/scenario/1","name":"queues","warmup":"50s","duration":"{}",)"
        R"("platform":{{"format":"lifeboat/platform/1","name":"queues",)"
        R"("regions":{{"home":{{"code":"ap-southeast-1"}}}},"services":{{{}}},)"
        R"("journeys":{{"visit":{{"entry":"{}"{}}}}}}},)"
        R"("traffic":{{"visit":{{"rate":"{}/s"}}}},"objectives":[{}]}})",
        duration, services, alone ? "q0.serve" : "door.come",
        good_within.empty() ? "" : ",\"goodWithin\":\"" + good_within + "\"", rate, asked);
  }
};

DesignSpace space_of(const TemporaryFolder& folder, const QueueScenario& scenario) {
  const auto path = folder.path() / "s.json";
  std::ofstream(path) << scenario.text();
  models::io::Problems problems;
  reports::SizingRequest request;
  request.scenario = path;
  auto space = DesignSpace::open(request, problems);
  for (const auto& problem : problems.all()) UNSCOPED_INFO(problem.to_line());
  REQUIRE(space);
  return std::move(*space);
}

/// Erlang C by its sums.
double waiting_chance(double a, int c) {
  const auto term = [&](int n) { return std::exp(n * std::log(a) - std::lgamma(n + 1.0) - a); };
  double below = 0;
  for (int n = 0; n < c; ++n) below += term(n);
  const double all = term(c) * c / (c - a);
  return all / (below + all);
}

double mean_stay(double rate, double mean, int c) {
  const double a = rate * mean;
  return c > a ? mean + waiting_chance(a, c) / (c / mean - rate) : INFINITY;
}

double stay_beyond(double rate, double mean, int c, double t) {
  const double m = 1 / mean;
  const double s = c / mean - rate;
  if (s <= 0) return 1;
  const double wait = waiting_chance(rate * mean, c);
  const double both = (s * std::exp(-m * t) - m * std::exp(-s * t)) / (s - m);
  return (1 - wait) * std::exp(-m * t) + wait * both;
}

template <class Holds>
int least_that(const Holds& holds) {
  for (int c = 1; c < 1000; ++c) {
    if (holds(c)) return c;
  }
  return -1;
}

/// A text that reads back as the same number of seconds.
std::string in_seconds(double seconds) { return fmt::format("{:.6f}s", seconds); }
double read_back(double value) { return std::round(value * 1e6) / 1e6; }

}  // namespace

TEST_CASE("a queue is sized to the exact least servers of theory, in 200 random scenarios",
          "[oracle]") {
  std::mt19937_64 random(11);
  const TemporaryFolder folder;
  for (int i = 0; i < 200; ++i) {
    QueueScenario scenario;
    const double mean = read_back(uniform_in(random, 0.01, 1));
    const double rate = read_back(std::exp(uniform_in(random, -1, 3.5)) / mean);
    scenario.means = {mean};
    scenario.probabilities = {1};
    scenario.rate = rate;
    int expected = 0;
    switch (i % 4) {
      case 0: {
        const double most = std::round(uniform_in(random, 30, 97));
        scenario.objectives = {fmt::format("service:q0 utilization < {}%", most)};
        expected = least_that([&](int c) { return rate * mean / c < most / 100; });
        break;
      }
      case 1: {
        const double most = read_back(mean * (1 + std::exp(uniform_in(random, -5, 2))));
        scenario.objectives = {"journey:visit mean < " + in_seconds(most)};
        expected = least_that([&](int c) { return mean_stay(rate, mean, c) < most; });
        break;
      }
      case 2: {
        const double most =
            read_back(mean * std::log(100) * (1 + std::exp(uniform_in(random, -5, 1.5))));
        scenario.objectives = {"journey:visit p(99) < " + in_seconds(most)};
        expected = least_that([&](int c) { return stay_beyond(rate, mean, c, most) < 0.01; });
        break;
      }
      default: {
        // Two at once: the harder one decides.
        const double queue = read_back(std::exp(uniform_in(random, -3, 2)));
        const double p90 =
            read_back(mean * std::log(10) * (1 + std::exp(uniform_in(random, -3, 1))));
        scenario.objectives = {fmt::format("service:q0 queue < {}", queue),
                               "journey:visit p(90) < " + in_seconds(p90)};
        expected = least_that([&](int c) {
          return stay_beyond(rate, mean, c, p90) < 0.1 &&
                 rate * (mean_stay(rate, mean, c) - mean) < queue;
        });
      }
    }
    CAPTURE(i, rate, mean, scenario.objectives);
    const auto levels = reports::exact_levels(space_of(folder, scenario));
    REQUIRE(levels);
    CHECK(*levels == Levels{expected});
  }
}

TEST_CASE("a Jackson network is sized to the fewest servers of theory, in 100 random scenarios",
          "[oracle]") {
  std::mt19937_64 random(12);
  const TemporaryFolder folder;
  for (int i = 0; i < 100; ++i) {
    QueueScenario scenario;
    const std::size_t size = 2 + static_cast<std::size_t>(i % 2);
    scenario.rate = read_back(uniform_in(random, 2, 40));
    double least = 0;
    std::vector<double> rates;
    for (std::size_t q = 0; q < size; ++q) {
      scenario.means.push_back(read_back(uniform_in(random, 0.02, 0.3)));
      scenario.probabilities.push_back(std::round(uniform_in(random, 20, 100)) / 100);
      rates.push_back(scenario.rate * scenario.probabilities[q]);
      least += scenario.means[q] * scenario.probabilities[q];
    }
    const double most = read_back(least * (1 + std::exp(uniform_in(random, -4, 1))));
    scenario.objectives = {"journey:visit mean < " + in_seconds(most)};
    int fewest = 1'000'000;
    const auto search = [&](const auto& self, std::size_t q, int servers, double used) -> void {
      if (used >= most || servers >= fewest) return;
      if (q == size) {
        fewest = servers;
        return;
      }
      const double offered = rates[q] * scenario.means[q];
      const int top = static_cast<int>(offered + 10 * std::sqrt(offered) + 12);
      for (int c = 1; c <= top; ++c) {
        self(self, q + 1, servers + c,
             used + scenario.probabilities[q] * mean_stay(rates[q], scenario.means[q], c));
      }
    };
    search(search, 0, 0, 0);
    CAPTURE(i, most, least, scenario.text());
    const DesignSpace space = space_of(folder, scenario);
    const auto levels = reports::exact_levels(space);
    REQUIRE(levels);
    double servers = 0;
    double used = 0;
    for (std::size_t k = 0; k < levels->size(); ++k) {
      const std::string& service = space.knobs()[k].service;
      if (service == "door") continue;
      const auto q = static_cast<std::size_t>(service[1] - '0');
      servers += static_cast<double>((*levels)[k]);
      used += scenario.probabilities[q] *
              mean_stay(rates[q], scenario.means[q], static_cast<int>((*levels)[k]));
    }
    CHECK(servers == fewest);
    CHECK(used < most);
  }
}

// What has no closed form makes no plan "exact", also where it stands in a queue without a station.
TEST_CASE("theory is not exact where requests do more than queue and call", "[unit]") {
  const TemporaryFolder folder;
  const auto exact = [&](const std::string& steps, const std::string& objective) {
    QueueScenario scenario;
    scenario.means = {0.1, 0.2};
    scenario.probabilities = {1, 1};
    scenario.rate = 20;
    scenario.objectives = {objective};
    scenario.steps = steps;
    return reports::exact_levels(space_of(folder, scenario)).has_value();
  };
  const std::string mean = "journey:visit mean < 2s";
  const std::string tail = "journey:visit p(99) < 2s";
  const std::string both = R"({"call":"q0.serve"},{"call":"q1.serve"})";
  CHECK(exact(both, mean));
  CHECK(exact(both + R"(,{"call":"q1.serve","probability":"50%"})", mean));
  CHECK(exact(R"({"call":"q0.serve"})", tail));
  CHECK_FALSE(exact(R"({"parallel":[[{"call":"q0.serve"}],[{"call":"q1.serve"}]]})", mean));
  CHECK_FALSE(exact(R"({"delay":"200ms"},{"call":"q0.serve"})", tail));
  CHECK_FALSE(exact(both + R"(,{"reply":true},{"call":"q0.serve"})", mean));
  CHECK_FALSE(exact(R"({"call":"q0.serve","onFailure":"ignore"},{"call":"q1.serve"})", mean));
  CHECK_FALSE(exact(R"({"call":"q0.serve","timeout":"1s"},{"call":"q1.serve"})", mean));
  CHECK_FALSE(exact(both + R"(,{"call":"q1.serve","async":true})", mean));
  // Once on average, but twice or not at all.
  CHECK_FALSE(exact(R"({"call":"q0.serve","times":2,"probability":"50%"})", tail));
}

TEST_CASE("an exact plan has the least of what nothing loads", "[unit]") {
  const TemporaryFolder folder;
  QueueScenario scenario;
  scenario.means = {0.1, 0.2};
  scenario.probabilities = {1, 1};
  scenario.rate = 20;
  scenario.objectives = {"journey:visit mean < 2s"};
  scenario.door = R"("servers":7,)";
  const DesignSpace space = space_of(folder, scenario);
  const auto levels = reports::exact_levels(space);
  REQUIRE(levels);
  for (std::size_t k = 0; k < levels->size(); ++k) {
    if (space.knobs()[k].service == "door") CHECK((*levels)[k] == 1);
  }
}

// Not "exact": availability has no closed form here, so that the search alone decides. A request
// is good within the goal, so theory knows the least servers; rates are chosen so that those miss
// the 1 % by a third at least, either way. False failure: a bound of 5 % that errs by that much
// more, below 1e-4.
TEST_CASE("the search finds the least servers of theory by simulation alone", "[oracle]") {
  const TemporaryFolder folder;
  std::mt19937_64 random(13);
  int tried = 0;
  while (tried < 4) {
    QueueScenario scenario;
    const double mean = 0.1;
    const double rate = std::round(uniform_in(random, 20, 90));
    const double goal = std::round(uniform_in(random, 480, 700)) / 1000;
    const auto beyond = [&](int c) { return stay_beyond(rate, mean, c, goal); };
    const int least = least_that([&](int c) { return beyond(c) < 0.01; });
    if (beyond(least) > 0.0075 || beyond(least - 1) < 0.0133) continue;
    ++tried;
    scenario.means = {mean};
    scenario.probabilities = {1};
    scenario.rate = rate;
    scenario.good_within = in_seconds(goal);
    scenario.objectives = {"availability >= 99%"};
    scenario.duration = "2000s";
    CAPTURE(rate, goal, least);
    const DesignSpace space = space_of(folder, scenario);
    CHECK(!reports::exact_levels(space));
    const reports::Sizing sizing = reports::size_platform(space, {8, 1, 300});
    CHECK(sizing.found);
    REQUIRE(sizing.knobs.size() == 1);
    CHECK(sizing.knobs[0].plan == std::to_string(least));
    REQUIRE(sizing.knobs[0].one_less_verdict);
    CHECK(*sizing.knobs[0].one_less_verdict != reports::Verdict::kMet);
    CHECK(sizing.knobs[0].binds == "availability >= 99%");
  }
}

// M/M/1 at 50 a second of 100: p99 = ln 100 / (100 - 50 f) is 200 ms at f = 2 - ln 100 / 10 =
// 1.5395; utilization is 80 % at f = 1.6, and the server runs full at f = 2.
TEST_CASE("headroom ends where the closed form says", "[oracle]") {
  const TemporaryFolder folder;
  QueueScenario scenario;
  scenario.means = {0.01};
  scenario.probabilities = {1};
  scenario.rate = 50;
  scenario.duration = "4000s";
  const auto edge = [&](const std::string& objective) {
    scenario.objectives = {objective};
    return reports::find_headroom(space_of(folder, scenario), {4, 1, 300});
  };
  const auto p99 = edge("journey:visit p(99) < 200ms");
  REQUIRE(p99.estimate);
  CHECK(*p99.estimate == Approx(2 - std::log(100) / 10).epsilon(0.015));
  REQUIRE(p99.low);
  REQUIRE(p99.high);
  CHECK(*p99.low < 2 - std::log(100) / 10);
  CHECK(*p99.high > 2 - std::log(100) / 10);
  REQUIRE(p99.full_at);
  CHECK(*p99.full_at == Approx(2).epsilon(1e-6));
  CHECK(p99.bottleneck == "q0@home");
  REQUIRE(!p99.breaks.empty());
  const auto busy = edge("service:q0 utilization < 80%");
  REQUIRE(busy.estimate);
  CHECK(*busy.estimate == Approx(1.6).epsilon(0.01));
}

// Four servers of 10 a second each, and 25 a second: they run full at f = 1.6. With 400 places to
// wait nobody is turned away below that, and beyond it the share 1 - 1 / load: half a percent at
// 1.005 times that.
TEST_CASE("headroom of what sheds load ends where its utilization reaches 1", "[oracle]") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "s.json";
  std::ofstream(path)
      << R"({"format":"lifeboat/scenario/1","name":"full","warmup":"1000s","duration":"20000s",
       "platform":{"format":"lifeboat/platform/1","name":"full",
         "regions":{"home":{"code":"ap-southeast-1"}},
         "services":{"till":{"kind":"queue","servers":4,"queueLimit":400,"region":"home",
           "operations":{"serve":{"demand":{"exponential":{"mean":"100ms"}}}}}},
         "journeys":{"visit":{"entry":"till.serve"}}},
       "traffic":{"visit":{"rate":"25/s"}},"objectives":["errors < 0.5%"]})";
  models::io::Problems problems;
  reports::SizingRequest request;
  request.scenario = path;
  const auto space = DesignSpace::open(request, problems);
  REQUIRE(space);
  const auto headroom = reports::find_headroom(*space, {4, 1, 300});
  REQUIRE(headroom.estimate);
  CHECK(*headroom.full_at == Approx(1.6));
  CHECK(*headroom.estimate == Approx(1.6).epsilon(0.012));
  CHECK(headroom.busiest == "till@home");
  CHECK(*headroom.busiest_utilization > 0.99);
  CHECK(headroom.cause == "rejected");
}

// Two tasks of one vCPU, which a policy may make eight; 15 a second of 100 ms are 1.5 vCPU. Held
// still they are full at 2 / 1.5, as the platform is at 8 / 1.5.
TEST_CASE("headroom is of the platform as it is, with its scaling", "[oracle]") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "s.json";
  std::ofstream(path)
      << R"({"format":"lifeboat/scenario/1","name":"web","warmup":"60s","duration":"2m",
       "platform":{"format":"lifeboat/platform/1","name":"web",
         "regions":{"sg":{"code":"ap-southeast-1","zones":["a","b"],"quotas":{"fargateVcpu":64}}},
         "services":{
           "front":{"kind":"alb","to":"web","crossZone":true,"regions":{"sg":{}}},
           "web":{"kind":"ecs-fargate","cpu":"1 vCPU","memory":"2 GiB","image":"100 MB",
             "desiredCount":2,"regions":{"sg":{}},
             "scaling":{"minCapacity":2,"maxCapacity":8,"policies":[{"type":"target-tracking",
               "predefinedMetricType":"ECSServiceAverageCPUUtilization","targetValue":"60%"}]},
             "operations":{"view":{"steps":[{"cpuTime":{"exponential":{"mean":"100ms"}}}]}}}},
         "journeys":{"view":{"entry":"front.view"}}},
       "traffic":{"view":{"rate":"15/s"}},"objectives":["errors < 50%"],
       "phases":{"peak":["+30s","+60s"]}})";
  models::io::Problems problems;
  reports::SizingRequest request;
  request.scenario = path;
  const auto space = DesignSpace::open(request, problems);
  REQUIRE(space);
  CHECK(reports::bottleneck_of(*space, {})->factor == Approx(8 / 1.5));
  CHECK(reports::bottleneck_of(*space, space->now())->factor == Approx(2 / 1.5));
  reports::SizingOptions options{2, 1, 30};
  CHECK(*reports::find_headroom(*space, options).full_at == Approx(8 / 1.5));
  // A zone down keeps a phase of the scenario's own.
  request.zone_region = "sg";
  request.zone_down = "a";
  const auto without = DesignSpace::open(request, problems);
  for (const auto& problem : problems.all()) UNSCOPED_INFO(problem.to_line());
  REQUIRE(without);
  CHECK(without->scenario().phases.size() == 2);
}

TEST_CASE("an objective that no capacity meets is told, with what is missed", "[unit]") {
  const TemporaryFolder folder;
  QueueScenario scenario;
  scenario.means = {0.1};
  scenario.probabilities = {1};
  scenario.rate = 20;
  scenario.objectives = {"journey:visit p(99) < 300ms", "availability >= 99%"};
  const auto sizing = reports::size_platform(space_of(folder, scenario), {4, 1, 60});
  CHECK(!sizing.found);
  REQUIRE(!sizing.findings.empty());
  CHECK(sizing.findings[0].code == "no-plan");
  CHECK(sizing.findings[0].text.find("journey:visit p(99) < 300ms") != std::string::npos);
}

// Seven tasks in three zones: three stand in the fullest, so four sevenths are left without it. 30
// requests a second of 100 ms of one vCPU are 3 vCPU; tasks have one each.
TEST_CASE("a zone down takes the tasks of the fullest zone, and the plan has more for it",
          "[property]") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "s.json";
  std::ofstream(path)
      << R"({"format":"lifeboat/scenario/1","name":"web","warmup":"60s","duration":"5m",
       "platform":{"format":"lifeboat/platform/1","name":"web",
         "regions":{"sg":{"code":"ap-southeast-1","zones":["a","b","c"],"quotas":{"fargateVcpu":64}}},
         "services":{
           "front":{"kind":"alb","to":"web","crossZone":true,"regions":{"sg":{}}},
           "web":{"kind":"ecs-fargate","cpu":"1 vCPU","memory":"2 GiB","image":"100 MB",
             "desiredCount":7,"regions":{"sg":{}},
             "operations":{"view":{"steps":[{"cpuTime":{"exponential":{"mean":"100ms"}}}]}}}},
         "journeys":{"view":{"entry":"front.view","goodWithin":"2s"}}},
       "traffic":{"view":{"rate":"30/s"}},"objectives":["availability >= 98%"]})";
  reports::SizingRequest request;
  request.scenario = path;
  models::io::Problems problems;
  const auto whole = DesignSpace::open(request, problems);
  request.zone_region = "sg";
  request.zone_down = "a";
  const auto without = DesignSpace::open(request, problems);
  for (const auto& problem : problems.all()) UNSCOPED_INFO(problem.to_line());
  REQUIRE(whole);
  REQUIRE(without);
  const auto vcpus = [](const DesignSpace& space) {
    for (const auto& load : space.loads(space.now(), 1)) {
      if (load.service == "web" && !load.places) return load;
    }
    return reports::StationLoad{};
  };
  CHECK(vcpus(*whole).capacity == Approx(7));
  CHECK(vcpus(*without).capacity == Approx(4));
  CHECK(vcpus(*without).offered == Approx(3));

  const auto tasks = [](const reports::Sizing& sizing) {
    REQUIRE(sizing.knobs.size() == 1);
    CHECK(sizing.found);
    return std::stoi(sizing.knobs[0].plan);
  };
  const auto plan = reports::size_platform(*whole, {8, 1, 300});
  const auto spare = reports::size_platform(*without, {8, 1, 300});
  // Three vCPUs are busy: four tasks at least; with those of a lost zone left out, six (a third is
  // two); and no more than half as many again.
  CHECK(tasks(plan) >= 4);
  CHECK(tasks(plan) <= 6);
  CHECK(tasks(spare) >= 6);
  CHECK(tasks(spare) <= 9);
  CHECK(tasks(spare) > tasks(plan));
  for (const auto* sizing : {&plan, &spare}) {
    REQUIRE(sizing->knobs[0].one_less_verdict);
    CHECK(*sizing->knobs[0].one_less_verdict != reports::Verdict::kMet);
    CHECK(sizing->neighbours == 1);
  }
  CHECK(spare.objectives[0].objective == "availability >= 98% during peak");
}

}  // namespace lifeboat::tests
