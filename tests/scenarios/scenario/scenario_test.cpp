// Loading and compiling scenarios: the smallest one as written, the whole with everything inline,
// the shipped library, --set, and mistakes all at once.
#include "scenarios/scenario/scenario.hpp"

#include <fstream>

#include "scenarios/scenario/compile.hpp"
#include "tests/catch.hpp"
#include "tests/main/temporary_folder.hpp"

namespace lifeboat::scenarios {
namespace {

namespace io = models::io;
using sim::Duration;
using sim::Instant;
using tests::TemporaryFolder;

const std::string kPlatform = R"({ "format": "lifeboat/platform/1", "name": "mm1",
  "regions": { "home": { "code": "ap-southeast-1" } },
  "services": { "till": { "kind": "queue", "region": "home", "servers": 1,
                          "operations": { "serve": { "demand": { "exponential": { "mean": "10ms" } } } } } },
  "journeys": { "visit": { "entry": "till.serve" } } })";

const std::string kScenario =
    R"({ "format": "lifeboat/scenario/1", "platform": "p.json", "warmup": "100s", "duration": "10000s",
  "traffic": { "visit": { "rate": "90/s" } },
  "objectives": [ "journey:visit p(99) < 800ms" ] })";

/// Two regions behind a failover name, with a runbook that flips a switch.
const std::string kTwoDoors = R"({
  "format": "lifeboat/platform/1", "name": "two-doors",
  "regions": { "sg": { "code": "ap-southeast-1" }, "syd": { "code": "ap-southeast-2" } },
  "clients": { "population": 1000, "patience": "30s" },
  "healthChecks": { "sg-up": { "watch": "shop@sg" }, "syd-open": { "switch": "unhealthy" } },
  "services": {
    "names": { "kind": "route53", "to": "shop", "routing": "failover", "ttl": "60s",
               "records": { "sg": { "role": "primary", "healthCheck": "sg-up" },
                            "syd": { "role": "secondary", "healthCheck": "syd-open" } } },
    "shop": { "kind": "queue", "servers": 50,
              "operations": { "buy": { "demand": { "lognormal": { "p50": "60ms", "p99": "400ms" } } } },
              "regions": { "sg": {}, "syd": {} } } },
  "journeys": { "purchase": { "entry": "names.buy", "goodWithin": "2s", "critical": true } } })";

const std::string kWhole =
    R"({ "format": "lifeboat/scenario/1", "name": "whole", "platform": ["p.json"],
  "start": "2026-11-11T19:20", "timeZone": "Asia/Singapore", "warmup": "5m", "duration": "3h",
  "endsWhen": "recovered", "run": "terminating", "initial": "steady",
  "traffic": "t.json", "faults": ["f.json"], "runbooks": ["r.json"],
  "phases": { "evening": ["20:00", "21:00"] }, "recovery": { "good": "99%", "hold": "4m" },
  "objectives": [ "rto < 1h in 95% of trials", "availability >= 99% per year",
                  "journey:purchase p(99) < 2s during evening", "errors < 50% during sale" ] })";
const std::string kTraffic = R"({ "format": "lifeboat/traffic/1", "start": "2026-01-01T00:00",
  "purchase": { "rate": "20/s", "events": { "sale": { "at": "20:00", "ramp": "10m", "peakFactor": 2, "hold": "1h" } } } })";
const std::string kFaults = R"({ "format": "lifeboat/faults/1",
  "targets": { "singapore": { "region": "sg" } },
  "actions": { "lost": { "actionId": "region-outage", "targets": ["singapore"], "at": "20:20", "rate": "1 / 30y" } } })";
const std::string kRunbook =
    R"({ "format": "lifeboat/runbook/1", "name": "over", "activate": "syd", "deactivate": "sg",
  "people": { "on-call": { "answers": "3m" } },
  "trigger": { "healthCheck": "sg-up", "for": "1m", "pages": "on-call" },
  "steps": { "decide": { "block": "executionApproval", "by": "on-call", "takes": "5m" },
             "shift": { "block": "route53HealthCheck", "set": { "syd-open": "healthy" }, "after": ["decide"] } } })";

void write_whole(const TemporaryFolder& folder) {
  folder.write("p.json", kTwoDoors);
  folder.write("s.json", kWhole);
  folder.write("t.json", kTraffic);
  folder.write("f.json", kFaults);
  folder.write("r.json", kRunbook);
}

std::vector<std::string> problems_of(const TemporaryFolder& folder,
                                     const std::vector<std::string>& options = {}) {
  io::Problems problems;
  static_cast<void>(load_scenario(folder.path() / "s.json", {options, {}}, problems));
  std::vector<std::string> lines;
  for (auto line : problems.lines()) {
    const std::string prefix = folder.path().string() + "/";
    for (auto at = line.find(prefix); at != std::string::npos; at = line.find(prefix)) {
      line.erase(at, prefix.size());
    }
    lines.push_back(line);
  }
  return lines;
}

TEST_CASE("the smallest platform and scenario of the language load as written", "[unit]") {
  const TemporaryFolder folder;
  folder.write("p.json", kPlatform);
  folder.write("s.json", kScenario);
  io::Problems problems;
  const auto scenario = load_scenario(folder.path() / "s.json", {}, problems);
  for (const auto& line : problems.lines()) UNSCOPED_INFO(line);
  REQUIRE(scenario);
  CHECK(problems.empty());
  CHECK(scenario->name == "s");
  CHECK(scenario->warmup == Duration::seconds(100));
  CHECK(scenario->duration == Duration::seconds(10'000));
  CHECK(scenario->run == Scenario::Run::kSteady);
  CHECK(scenario->follow == Duration::minutes(1));
  REQUIRE(scenario->objectives.size() == 1);
  CHECK(scenario->loads[0].mean == Approx(90));
  const auto compiled = compile_scenario(*scenario, problems);
  REQUIRE(compiled.network);
  CHECK(compiled.network->sources.size() == 1);
  CHECK(compiled.options.duration == Duration::seconds(10'000));
}

TEST_CASE("a whole scenario resolves its files, clock, phases and controllers", "[unit]") {
  const TemporaryFolder folder;
  write_whole(folder);
  io::Problems problems;
  const auto scenario = load_scenario(folder.path() / "s.json", {}, problems);
  for (const auto& line : problems.lines()) UNSCOPED_INFO(line);
  REQUIRE(scenario);
  REQUIRE(problems.lines().size() == 1);
  CHECK(problems.lines()[0].find("the scenario's own start wins over this one") !=
        std::string::npos);
  CHECK(scenario->run == Scenario::Run::kTerminating);
  CHECK(scenario->ends_when_recovered);
  CHECK(scenario->recovery.hold == Duration::minutes(4));
  CHECK(scenario->recovery.journeys == std::vector<std::string>{"purchase"});
  REQUIRE(scenario->phases.size() == 2);
  CHECK(scenario->phases[0].from == Instant::from_seconds(2400));
  CHECK(scenario->phases[1].name == "sale");
  CHECK(scenario->phases[1].to == Instant::from_seconds(2400 + 4200));
  const auto compiled = compile_scenario(*scenario, problems);
  for (const auto& line : problems.lines()) UNSCOPED_INFO(line);
  REQUIRE(compiled.network);
  std::vector<std::string> names;
  for (const auto& controller : compiled.network->controllers) names.push_back(controller->name());
  for (const char* expected : {"faults", "runbook/over", "recovery-watch"}) {
    CHECK(std::find(names.begin(), names.end(), expected) != names.end());
  }
  CHECK(compiled.faults.faults[0].at == Instant::from_seconds(3600));
}

TEST_CASE("the merged document loads again, from anywhere, with the same meaning", "[property]") {
  const TemporaryFolder folder;
  write_whole(folder);
  folder.write("day.csv", "time,weight\n00:00,1\n12:00,3\n");
  folder.write("t.json", R"({ "purchase": { "rate": { "mean": "20/s", "day": "day.csv" } } })");
  folder.write("s.json", [] {
    std::string text = kWhole;
    text.replace(text.find(", \"errors < 50% during sale\""), 29, "");
    return text;
  }());
  io::Problems problems;
  const auto first = load_scenario(folder.path() / "s.json", {}, problems);
  for (const auto& line : problems.lines()) UNSCOPED_INFO(line);
  REQUIRE(first);
  REQUIRE(first->data_files.size() == 1);
  CHECK(first->data_files[0].name == "day.csv");
  const TemporaryFolder copy;
  copy.write("s.json", first->document);
  for (const auto& file : first->data_files) copy.write(file.name, file.text);
  const auto second = load_scenario(copy.path() / "s.json", {}, problems);
  for (const auto& line : problems.lines()) UNSCOPED_INFO(line);
  REQUIRE(second);
  CHECK(second->document == first->document);
  CHECK(second->loads[0].mean == first->loads[0].mean);
}

TEST_CASE("an option sets a value of the merged document", "[unit]") {
  const TemporaryFolder folder;
  write_whole(folder);
  io::Problems problems;
  const auto scenario =
      load_scenario(folder.path() / "s.json",
                    {{"platform.services.shop.servers=7", "faults.0.actions.lost.at=+30m",
                      "duration=2h", "traffic.purchase.rate=5/s"},
                     {}},
                    problems);
  for (const auto& line : problems.lines()) UNSCOPED_INFO(line);
  REQUIRE(scenario);
  CHECK(scenario->duration == Duration::hours(2));
  CHECK(scenario->faults.actions[0].at->value.offset == Duration::minutes(30));
  CHECK(scenario->loads[0].at_start == Approx(5));
  const auto wrong = problems_of(folder, {"platform.services.shpo.servers=7"});
  REQUIRE_FALSE(wrong.empty());
  CHECK(wrong[0].find("did you mean") != std::string::npos);
}

TEST_CASE("what a study does to a scenario comes after what its user says of it", "[unit]") {
  const TemporaryFolder folder;
  write_whole(folder);
  io::Problems problems;
  ScenarioChanges changes;
  changes.set = {"faults.0.actions.lost.at=+30m"};
  changes.without_faults = true;
  const auto scenario = load_scenario(folder.path() / "s.json", changes, problems);
  for (const auto& line : problems.lines()) UNSCOPED_INFO(line);
  REQUIRE(scenario);
  CHECK(scenario->faults.actions.empty());
}

TEST_CASE("mistakes of all files are told at once, each where it stands", "[unit]") {
  const TemporaryFolder folder;
  write_whole(folder);
  const auto replace = [&](const std::string& name, std::string text, const std::string& from,
                           const std::string& to) {
    text.replace(text.find(from), from.size(), to);
    folder.write(name, text);
  };
  replace("p.json", kTwoDoors, "\"servers\": 50", "\"serverss\": 50");
  replace("t.json", kTraffic, "\"ramp\": \"10m\"", "\"ramp\": \"10\"");
  replace("f.json", kFaults, "\"region\": \"sg\"", "\"region\": \"sgp\"");
  replace("r.json", kRunbook, "\"syd-open\": \"healthy\"", "\"syd-opne\": \"healthy\"");
  replace("s.json", kWhole, "journey:purchase", "journey:purchases");
  const auto lines = problems_of(folder);
  for (const auto& line : lines) UNSCOPED_INFO(line);
  const auto told = [&](const std::string& file, const std::string& text) {
    for (const auto& line : lines) {
      if (line.rfind(file, 0) == 0 && line.find(text) != std::string::npos) return true;
    }
    return false;
  };
  CHECK(told("p.json:10: /services/shop/serverss", "did you mean \"servers\""));
  CHECK(told("t.json:2: /purchase/events/sale/ramp", "unit"));
  CHECK(told("r.json:5: /steps/shift/set/syd-opne", "did you mean \"syd-open\""));
  CHECK(told("s.json:7: /objectives/2", "did you mean \"purchase\""));
}

TEST_CASE("what cannot hold is refused before a run", "[unit]") {
  const TemporaryFolder folder;
  const auto one = [&](const std::string& from, const std::string& to) {
    write_whole(folder);
    std::string text = kWhole;
    text.replace(text.find(from), from.size(), to);
    folder.write("s.json", text);
    for (const auto& line : problems_of(folder)) {
      if (line.find("warning") == std::string::npos) return line;
    }
    return std::string();
  };
  CHECK(one("\"terminating\"", "\"steady\"").find("has no steady state") != std::string::npos);
  CHECK(one("\"duration\": \"3h\"", "\"duration\": \"0s\"").find("/duration") != std::string::npos);
  CHECK(one("[\"20:00\", \"21:00\"]", "[\"21:00\", \"20:00\"]").find("ends before it begins") !=
        std::string::npos);
  CHECK(one("\"evening\": [", "\"steady\": [").find("is a phase of every scenario") !=
        std::string::npos);
  CHECK(one("\"traffic\": \"t.json\"", "\"traffic\": \"tt.json\"").find("/traffic") !=
        std::string::npos);
  CHECK(one("\"platform\": [\"p.json\"]", "\"platform\": [\"s.json\"]").empty() == false);
  CHECK(one("\"rto < 1h in 95% of trials\"", "\"cost < 3 USD\"").find("USD/month") !=
        std::string::npos);
}

TEST_CASE("each scenario of the library loads without a problem", "[unit]") {
  const auto folder = tests::source_dir() / "scenarios" / "library";
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    io::Problems problems;
    const auto scenario = load_scenario(entry.path(), {}, problems);
    for (const auto& line : problems.lines()) UNSCOPED_INFO(line);
    INFO(entry.path());
    CHECK(problems.empty());
    CHECK(scenario);
    if (scenario) {
      CHECK(scenario->name == entry.path().stem());
      CHECK_FALSE(scenario->title.empty());
      const auto compiled = compile_scenario(*scenario, problems);
      for (const auto& line : problems.lines()) UNSCOPED_INFO(line);
      CHECK(compiled.network);
    }
    ++count;
  }
  CHECK(count >= 6);
}

TEST_CASE("the reference failover is sound by every strategy", "[unit]") {
  const auto file = tests::source_dir() / "scenarios" / "library" / "lose-singapore.json";
  const auto strategies = shipped_strategies(io::DataRoot(tests::source_dir()));
  CHECK(strategies.size() == 5);
  for (const Strategy& strategy : strategies) {
    INFO(strategy.name);
    CHECK_FALSE(strategy.title.empty());
    io::Problems problems;
    const auto scenario = load_scenario(file, {{}, strategy}, problems);
    REQUIRE(scenario);
    CHECK(scenario->strategy == strategy.name);
    REQUIRE(scenario->runbooks.size() == 1);
    CHECK(scenario->runbooks[0].name == strategy.name);
    const auto compiled = compile_scenario(*scenario, problems);
    CHECK(compiled.network);
    CHECK(problems.lines() == std::vector<std::string>{});  // not even a warning
  }
}

// A strategy takes the place of the overlay that is one and of the runbooks that leave a region
// unplanned; variants of the platform, runbooks in place and a planned way back stay, in their
// order.
TEST_CASE("a strategy replaces the scenario's own and nothing else", "[unit]") {
  const TemporaryFolder folder;
  folder.write("new.overlay.json", R"({ "format": "lifeboat/overlay/1", "name": "new",
    "strategy": "s", "patch": { "a": "new" } })");
  folder.write("new.json", R"({ "name": "new" })");
  io::Problems problems;
  const auto document = io::Document::parse_text(
      R"({ "platform": [ { "name": "p" }, { "name": "variant" }, { "name": "old", "strategy": "s" }, { "name": "last" } ],
           "runbooks": [ { "name": "shed", "mode": "in-place" }, { "name": "old" }, { "name": "older" },
                         { "name": "home", "mode": "graceful" } ] })",
      "s.json", problems);
  REQUIRE(document);
  const Strategy strategy{"new", "s", "", folder.path() / "new.overlay.json",
                          folder.path() / "new.json"};
  const io::Value changed = with_strategy(document->root(), strategy, problems);
  CHECK(problems.empty());
  const auto names = [&](const char* key) {
    std::vector<std::string> all;
    for (const auto& part : changed.find(key)->value.elements()) {
      all.emplace_back(part.find("name")->value.as_string());
    }
    return all;
  };
  CHECK(names("platform") == std::vector<std::string>{"p", "variant", "new", "last"});
  CHECK(names("runbooks") == std::vector<std::string>{"shed", "new", "home"});
}

TEST_CASE("the formats describe themselves for editors", "[unit]") {
  for (const auto& schema :
       {scenario_schema(), traffic_schema(), faults_schema(), runbook_schema()}) {
    CHECK(schema.root.children.size() >= 3);
    CHECK(io::json_schema(schema, "test").size() > 500);
  }
}

}  // namespace
}  // namespace lifeboat::scenarios
