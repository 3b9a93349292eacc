// Any faults, at any moment, several at once: a run comes to its end, its books agree, and two
// threads find what one does.
//
// For each platform every kind of fault is aimed at everything that it may hit; what the planner
// refuses is left out (nothing may begin before time 0). A draw takes some of them, each at an
// instant that is likely to be awkward: at time 0, in the last second, after the end, at the same
// moment as another, at a step of the runbook. Each draw runs twice, on one thread and on two,
// before the full auditor.
//
// A failure names its draw: set LIFEBOAT_DRAW to run that one alone.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "models/io/document.hpp"
#include "scenarios/faults/fault_plan.hpp"
#include "scenarios/scenario/compile.hpp"
#include "scenarios/scenario/scenario.hpp"
#include "sim/random/luck.hpp"
#include "sim/trial/trial.hpp"
#include "tests/audit/full_audit.hpp"
#include "tests/catch.hpp"

namespace lifeboat::audit {
namespace {

using scenarios::Faults;
using scenarios::Scenario;
using sim::Duration;

/// A stage: a scenario without faults.
struct Stage {
  std::string name;
  std::string json;  ///< with paths from the root of the source tree
};

std::string shop(const std::string& platform, const std::string& traffic,
                 const std::string& more = "") {
  const std::string root = tests::source_dir().string() + "/";
  std::string files = "\"" + root + "models/platforms/" + platform + ".json\"";
  if (platform == "ecommerce") {
    files = "[ " + files + ", \"" + root + "models/platforms/" + more + ".overlay.json\" ]";
  }
  return R"({ "format": "lifeboat/scenario/1", "name": "any", "platform": )" + files +
         R"(, "start": "2026-11-11T19:50", "timeZone": "Asia/Singapore",
         "warmup": "2m", "duration": "10m", "traffic": )" +
         traffic +
         (platform == "ecommerce"
              ? ", \"runbooks\": \"" + root + "scenarios/runbooks/" + more + ".json\""
              : "") +
         " }";
}

const char* const kTwoRegions = R"({ "format": "lifeboat/scenario/1", "name": "any",
  "warmup": "2m", "duration": "10m", "traffic": { "buy": { "rate": "20/s" } },
  "platform": { "format": "lifeboat/platform/1", "name": "two",
    "regions": { "use": { "code": "us-east-1", "zones": ["a", "b", "c"], "quotas": { "fargateVcpu": 16 } },
                 "usw": { "code": "us-west-2", "zones": ["a", "b", "c"], "quotas": { "fargateVcpu": 16 } } },
    "clients": { "population": 500, "patience": "10s" },
    "keys": { "customer": { "perClient": true, "size": "2 KiB" } },
    "data": { "orders": { "writes": ["db.insert", "parcels.send"], "critical": true } },
    "healthChecks": { "use-up": { "watch": "front@use", "requestInterval": "10s", "failureThreshold": 2 },
                      "usw-open": { "switch": "unhealthy" } },
    "services": {
      "www": { "kind": "route53", "routing": "failover", "ttl": "10s", "to": "front",
               "records": { "use": { "role": "primary", "healthCheck": "use-up" },
                            "usw": { "role": "secondary", "healthCheck": "usw-open" } } },
      "front": { "kind": "alb", "to": "web", "regions": { "use": {}, "usw": {} } },
      "web": { "kind": "ecs-fargate", "cpu": "1 vCPU", "memory": "2 GiB", "image": "50 MB",
               "desiredCount": 3, "deployment": {}, "regions": { "use": {}, "usw": { "desiredCount": 0 } },
               "operations": { "buy": { "steps": [
                 { "cpuTime": "5ms" },
                 { "call": "sessions.write", "key": "customer", "timeout": "1s", "onFailure": "ignore" },
                 { "call": "db.insert", "timeout": "2s", "retry": { "mode": "standard" } },
                 { "call": "parcels.send", "async": true } ] } } },
      "sessions": { "kind": "dynamodb", "regions": { "use": { "role": "active" }, "usw": { "role": "active" } } },
      "db": { "kind": "rds", "engine": "postgres", "dbInstanceClass": "db.m6g.large",
              "allocatedStorage": "100 GiB",
              "regions": { "use": { "role": "primary", "multiAz": true },
                           "usw": { "role": "replica", "of": "use" } },
              "operations": { "insert": { "access": "write", "cpuTime": "1ms", "ios": 2 } } },
      "parcels": { "kind": "sqs", "regions": { "use": {}, "usw": {} } } },
    "journeys": { "buy": { "entry": "www.buy", "goodWithin": "2s", "critical": true } } },
  "runbooks": { "format": "lifeboat/runbook/1", "name": "move", "activate": "usw", "deactivate": "use",
    "mode": "ungraceful",
    "people": { "on-call": { "count": 1, "answers": "20s" } },
    "trigger": { "healthCheck": "use-up", "is": "unhealthy", "for": "10s", "pages": "on-call" },
    "steps": {
      "declare": { "block": "executionApproval", "by": "on-call", "takes": "20s" },
      "fence": { "block": "fence", "service": "db@use", "after": ["declare"], "onFailure": "continue" },
      "promote": { "block": "rdsPromoteReadReplica", "service": "db@usw", "after": ["fence"],
                   "retry": { "maxAttempts": 2, "wait": "5s" } },
      "compute": { "block": "ecsCapacityIncrease", "services": ["web@usw"], "to": 3, "after": ["declare"],
                   "until": "60% healthy", "timeout": "5m", "onFailure": "continue" },
      "edit": { "block": "route53ChangeRecords", "service": "www", "after": ["compute"], "timeout": "1m",
                "onFailure": "shift" },
      "shift": { "block": "route53HealthCheck", "set": { "usw-open": "healthy" } } } } })";

std::vector<Stage> stages() {
  return {
      {"two-regions", kTwoRegions},
      {"zone-shop",
       shop("zone-shop", R"({ "view": { "rate": "20/s" }, "order": { "rate": "5/s" } })")},
      {"sign-in-shop",
       shop("sign-in-shop", R"({ "page": { "rate": "10/s" }, "log-in": { "rate": "20/s" } })")},
      {"small-shop", shop("small-shop", R"({ "buy": { "rate": "30/s" } })")},
      {"queue-shop", shop("queue-shop", R"({ "order": { "rate": "20/s" } })")},
      {"certificate-shop", shop("certificate-shop", R"({ "view": { "rate": "20/s" } })")},
      {"rolling", shop("rolling", R"({ "view": { "rate": "20/s" } })")},
      {"slow-dependency",
       shop("slow-dependency",
            R"({ "plain": { "rate": "10/s" }, "reviewed": { "rate": "5/s" } })")},
      {"pilot-light",
       shop(
           "ecommerce",
           R"({ "checkout": { "rate": "2/s" }, "browse": { "rate": "3/s" }, "search": { "rate": "1/s" } })",
           "pilot-light")},
      {"active-active",
       shop("ecommerce", R"({ "checkout": { "rate": "2/s" }, "app-product": { "rate": "3/s" } })",
            "active-active")},
  };
}

/// Kinds of faults with parameters that they take.
const std::vector<std::pair<std::string, std::string>>& kinds() {
  static const std::vector<std::pair<std::string, std::string>> all = {
      {"bad-deployment", R"({ "failsHealthCheck": "50%", "errors": "10%" })"},
      {"cache-flush", "{}"},
      {"capacity-unavailable", R"({ "grant": "30%" })"},
      {"certificate-expiry", "{}"},
      {"certificate-renewal-fails", "{}"},
      {"control-plane-outage", "{}"},
      {"dns-control-plane-outage", "{}"},
      {"errors", R"({ "share": "30%" })"},
      {"failover", "{}"},
      {"health-checks-blind", "{}"},
      {"health-checks-blind", R"({ "results": "failing" })"},
      {"latency", R"({ "add": "700ms" })"},
      {"metric-blackout", "{}"},
      {"network-latency", R"({ "add": "3s" })"},
      {"network-partition", "{}"},
      {"network-partition", R"({ "calls": { "refuse": "100%" } })"},
      {"nodes-lost", R"({ "share": "40%" })"},
      {"quota-too-small", R"({ "quota": "fargateVcpu", "value": 1 })"},
      {"quota-too-small", R"({ "quota": "cognitoUserAuthentication", "value": 0 })"},
      {"region-outage", "{}"},
      {"region-outage", R"({ "storage": "lost", "inFlight": { "hang": "100%" } })"},
      {"replica-broken", "{}"},
      {"replica-lag", R"({ "add": "20s", "replay": "5%" })"},
      {"service-outage", "{}"},
      {"slow", R"({ "speed": "20%" })"},
      {"stale-configuration", R"({ "item": "image", "repair": "40s" })"},
      {"stale-configuration", R"({ "item": "secret" })"},
      {"stale-configuration", R"({ "item": "certificate", "repair": "40s" })"},
      {"throttling", R"({ "share": "40%" })"},
      {"throttling", R"({ "limit": "3/s" })"},
      {"writes-refused", "{}"},
      {"zone-outage", "{}"},
  };
  return all;
}

Faults read(const std::string& json, models::io::Problems& problems) {
  const auto document = models::io::Document::parse_text(json, "any.json", problems);
  if (!document) return {};
  return scenarios::join_faults({scenarios::read_faults(document->root(), true, problems)},
                                problems);
}

/// A platform with all that may befall it.
class Ground {
 public:
  explicit Ground(const Stage& stage) : name(stage.name) {
    models::io::Problems problems;
    const auto document = models::io::Document::parse_text(stage.json, "any.json", problems);
    if (document) scenario = scenarios::load_scenario(*document, {}, problems);
    CAPTURE(name, problems.lines());
    REQUIRE(scenario);
    find_targets();
    find_hits();
  }

  std::string name;
  std::optional<Scenario> scenario;
  std::vector<std::string> targets;  ///< JSON
  struct Hit {
    std::size_t kind = 0;
    std::size_t target = 0;
  };
  std::vector<Hit> hits;
  std::vector<std::string> steps;

 private:
  void find_targets() {
    const auto& names = scenario->names;
    for (std::size_t r = 0; r < names.regions.size(); ++r) {
      const std::string& region = names.regions[r];
      targets.push_back(fmt::format(R"({{ "region": "{}" }})", region));
      std::vector<std::string> zones;
      for (const auto& zone : names.zones[r]) zones.push_back("\"" + zone + "\"");
      if (!zones.empty()) {
        targets.push_back(fmt::format(R"({{ "region": "{}", "zone": {} }})", region, zones[0]));
        targets.push_back(
            fmt::format(R"({{ "region": "{}", "zone": [{}] }})", region, fmt::join(zones, ", ")));
      }
    }
    for (const auto& service : names.services) {
      targets.push_back(fmt::format(R"({{ "service": "{}" }})", service.name));
      for (const auto& region : service.regions) {
        targets.push_back(fmt::format(R"({{ "service": "{}@{}" }})", service.name, region));
      }
    }
    for (const auto& check : names.health_checks) {
      targets.push_back(fmt::format(R"({{ "healthCheck": "{}" }})", check));
    }
    for (const auto& [runbook, of] : names.runbook_steps) {
      steps.insert(steps.end(), of.begin(), of.end());
    }
  }

  /// Every kind at every target, as far as that means something.
  void find_hits() {
    Scenario probe = *scenario;
    models::io::Problems problems;
    // So that zones and links have their gates.
    std::string zones = R"({ "targets": { "r": { "region": ")" + probe.names.regions[0] + "\" }";
    if (!probe.names.zones[0].empty()) {
      zones += R"(, "z": { "region": ")" + probe.names.regions[0] + R"(", "zone": ")" +
               probe.names.zones[0][0] + "\" }";
    }
    probe.faults = read(zones + " }, \"actions\": {} }", problems);
    const auto compiled = scenarios::compile_scenario(probe, problems);
    CAPTURE(name, problems.lines());
    REQUIRE(compiled.network);
    for (std::size_t k = 0; k < kinds().size(); ++k) {
      for (std::size_t t = 0; t < targets.size(); ++t) {
        models::io::Problems refused;
        const Faults faults =
            read(fmt::format(R"({{ "targets": {{ "t": {} }}, "actions": {{ "a": {{ "actionId": "{}",
                        "targets": ["t"], "at": "+0s", "parameters": {} }} }} }})",
                             targets[t], kinds()[k].first, kinds()[k].second),
                 refused);
        if (refused.has_errors()) continue;
        static_cast<void>(scenarios::plan_faults(faults, probe.calendar, probe.names,
                                                 *compiled.network, refused));
        if (!refused.has_errors()) hits.push_back({k, t});
      }
    }
    REQUIRE(hits.size() > 10);
  }
};

/// Draws by number, not by the order in which things are asked for.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : seed_(sim::mix(seed, 0xfa0175)) {}
  std::size_t of(std::size_t count) {
    return static_cast<std::size_t>(sim::mix(seed_, ++number_) % count);
  }

 private:
  std::uint64_t seed_;
  std::uint64_t number_ = 0;
};

/// The faults of one draw, as they would be written.
std::string draw_faults(const Ground& ground, Dice& dice) {
  static const std::vector<std::string> kBegins = {
      "+0s", "+0s", "+1s", "+60s", "+60s", "+200s", "+300s", "+599s", "+599.999s", "+600s", "+20m"};
  static const std::vector<std::string> kLasts = {
      "1ms", "1s", "30s", "60s", "3m", "20m", "", R"({ "exponential": { "mean": "40s" } })"};
  std::string targets;
  for (std::size_t t = 0; t < ground.targets.size(); ++t) {
    targets += fmt::format("{}\"t{}\": {}", t == 0 ? "" : ", ", t, ground.targets[t]);
  }
  std::string actions;
  const std::size_t count = 1 + dice.of(5);
  std::vector<bool> ends;
  for (std::size_t i = 0; i < count; ++i) {
    // Now and then the same kind at the same place twice.
    const auto& hit = ground.hits[dice.of(ground.hits.size())];
    const auto& kind = kinds()[hit.kind];
    std::string lasts = kLasts[dice.of(kLasts.size())];
    if (!lasts.empty() && lasts[0] != '{') lasts = "\"" + lasts + "\"";
    std::string when = fmt::format(R"("at": "{}")", kBegins[dice.of(kBegins.size())]);
    const std::size_t how = dice.of(10);
    bool repaired = kind.second.find("repair") != std::string::npos;
    if (how == 0 && i > 0) {
      when = fmt::format(R"("startWith": ["a{}"])", dice.of(i));
    } else if (how == 1 && i > 0) {
      const std::size_t before = dice.of(i);
      when = fmt::format(R"("{}": ["a{}"])", ends[before] ? "startAfter" : "startWith", before);
    } else if (how == 2 && !ground.steps.empty()) {
      when = fmt::format(R"("startAt": {{ "step": "{}", "when": "{}" }})",
                         ground.steps[dice.of(ground.steps.size())],
                         dice.of(2) == 0 ? "begins" : "ends");
    } else if (how == 3 && !repaired) {
      when = R"("life": { "timeBetweenFailures": { "exponential": { "mean": "90s" } },
                          "repairTime": { "exponential": { "mean": "20s" } } })";
      lasts.clear();
    }
    ends.push_back(!lasts.empty() || repaired);
    const bool lives = when.find("life") != std::string::npos;
    if (lives) ends.back() = false;
    static const std::vector<std::string> kJitters = {"0s", "0s", "10s"};
    actions += fmt::format(
        "{}\n\"a{}\": {{ \"actionId\": \"{}\", \"targets\": [\"t{}\"], {}, \"jitter\": \"{}\"{}, "
        "\"parameters\": {}{}{} }}",
        i == 0 ? "" : ",", i, kind.first, hit.target, when, kJitters[dice.of(kJitters.size())],
        lasts.empty() ? "" : ", \"duration\": " + lasts, kind.second,
        dice.of(4) == 0 && (kind.first == "latency" || kind.first == "slow") ? R"(, "ramp": "50s")"
                                                                             : "",
        dice.of(8) == 0 ? R"(, "probability": "60%")" : "");
  }
  return "{ \"targets\": { " + targets + " }, \"actions\": {" + actions + " } }";
}

/// What must hold of any trial.
void check_books(const sim::Network& network, const sim::TrialResult& r) {
  constexpr std::uint64_t kMost = 1ULL << 50;  // a count that went below 0 is larger
  CHECK(r.stopped.empty());
  CHECK_FALSE(r.overloaded);
  for (const auto& journey : r.journeys) {
    CHECK(journey.offered < kMost);
    CHECK(journey.offered == journey.succeeded + journey.failed + journey.unfinished);
    CHECK(journey.good <= journey.succeeded);
    std::uint64_t failed = 0;
    for (const auto count : journey.failed_by) failed += count;
    CHECK(journey.failed == failed);
  }
  for (const auto& station : r.stations) {
    CHECK(station.arrivals < kMost);
    CHECK(station.completions < kMost);
    CHECK(station.rejected < kMost);
    CHECK(station.busy_server_seconds >= 0);
    CHECK(station.queue_seconds >= -1e-6);
    CHECK(station.capacity_seconds >= 0);
  }
  for (const auto& group : r.groups) {
    CHECK(group.cpu_used_seconds >= 0);
    CHECK(group.running_task_seconds >= 0);
    CHECK(group.cpu_used_seconds <= group.cpu_reserved_seconds * (1 + 1e-6) + 1e-3);
  }
  for (const auto& buffer : r.buffers) {
    CHECK(buffer.left < kMost);
    CHECK(buffer.acknowledged + buffer.dead_lettered + buffer.expired + buffer.left <=
          buffer.put + buffer.redelivered + kMost / 2);
    CHECK(buffer.acknowledged < kMost);
  }
  for (const auto& loss : r.losses) {
    CHECK(loss.writes_lost < kMost);
    CHECK(loss.rpo_seconds >= 0);
  }
  for (const auto& record : r.records) {
    CHECK(record.lost + record.stranded + record.torn + record.duplicate < kMost);
  }
  for (const auto count : r.entered) CHECK(count < kMost);
  // What has ended leaves nothing behind: names of what is open, and of what is not.
  std::set<std::string> open;
  for (const auto& event : r.events) {
    if (event.kind == "fault") CHECK(open.insert(event.subject).second);
    if (event.kind == "fault-end") CHECK(open.erase(event.subject) == 1);
  }
  CHECK(r.register_growth.size() == network.registers.size());
}

bool equal(const sim::TrialResult& a, const sim::TrialResult& b) {
  const auto events_equal = [&] {
    if (a.events.size() != b.events.size()) return false;
    for (std::size_t i = 0; i < a.events.size(); ++i) {
      const auto& x = a.events[i];
      const auto& y = b.events[i];
      if (x.at != y.at || x.kind != y.kind || x.subject != y.subject || x.text != y.text) {
        return false;
      }
    }
    return true;
  };
  return a.draws == b.draws && a.engine_events == b.engine_events && a.entered == b.entered &&
         a.register_growth == b.register_growth && a.committed == b.committed && events_equal();
}

/// Ends the program, with the draw's name, when a run does not come to its end.
class Watchdog {
 public:
  explicit Watchdog(std::string what)
      : thread_([this, what = std::move(what)] {
          std::unique_lock lock(mutex_);
          if (done_.wait_for(lock, std::chrono::seconds(120), [this] { return over_; })) return;
          std::cerr << "no end after two minutes: " << what << std::endl;
          std::abort();
        }) {}
  ~Watchdog() {
    {
      const std::lock_guard lock(mutex_);
      over_ = true;
    }
    done_.notify_all();
    thread_.join();
  }
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

 private:
  std::mutex mutex_;
  std::condition_variable done_;
  bool over_ = false;
  std::thread thread_;
};

void run_draw(const Ground& ground, std::uint64_t draw) {
  Dice dice(draw);
  const std::string faults = draw_faults(ground, dice);
  const std::string what = fmt::format("LIFEBOAT_DRAW={} on {}: {}", draw, ground.name, faults);
  const Watchdog watchdog(what);
  INFO(what);
  models::io::Problems problems;
  Scenario scenario = *ground.scenario;
  scenario.faults = read(faults, problems);
  const auto compiled = scenarios::compile_scenario(scenario, problems);
  CAPTURE(problems.lines());
  REQUIRE_FALSE(problems.has_errors());
  REQUIRE(compiled.network);
  const sim::Network& network = *compiled.network;
  sim::RunOptions options = compiled.options;
  options.seed = draw + 1;
  options.listen = [&network](std::uint32_t) { return make_full_auditor(network); };
  std::vector<std::vector<sim::TrialResult>> results(2);
  for (const unsigned jobs : {1U, 2U}) {
    auto& mine = results[jobs - 1];
    try {
      sim::run_trials(network, options, 0, 2, jobs, [&](sim::TrialResult&& result) {
        mine.push_back(std::move(result));
        return true;
      });
    } catch (const std::exception& broken) {
      FAIL_CHECK("broken: " << broken.what());
      return;
    }
  }
  REQUIRE(results[0].size() == 2);
  REQUIRE(results[1].size() == 2);
  for (std::size_t trial = 0; trial < 2; ++trial) {
    check_books(network, results[0][trial]);
    CHECK(equal(results[0][trial], results[1][trial]));
  }
}

}  // namespace

TEST_CASE("Any faults at any moment leave books that agree", "[property][long]") {
  std::vector<std::unique_ptr<Ground>> grounds;
  for (const Stage& stage : stages()) grounds.push_back(std::make_unique<Ground>(stage));
  const auto ground_of = [&](std::uint64_t draw) -> const Ground& {
    return *grounds[draw % grounds.size()];
  };
  if (const char* only = std::getenv("LIFEBOAT_DRAW")) {
    const std::uint64_t draw = std::stoull(only);
    run_draw(ground_of(draw), draw);
    return;
  }
  const std::uint64_t count = tests::heavy() ? 4000 : 60;
  for (std::uint64_t draw = 0; draw < count; ++draw) run_draw(ground_of(draw), draw);
}

}  // namespace lifeboat::audit
