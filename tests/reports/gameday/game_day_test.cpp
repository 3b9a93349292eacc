// The script of a game day and its experiment templates, as AWS FIS takes them.
#include "reports/gameday/game_day.hpp"

#include <regex>
#include <set>

#include <nlohmann/json.hpp>

#include "tests/catch.hpp"
#include "tests/reports/shipped_input.hpp"

namespace lifeboat::reports::gameday {
namespace {

using nlohmann::json;

PreparedGameDay prepared_day(const std::string& scenario, std::vector<std::string> set = {}) {
  return shipped(prepare_game_day, scenario, with_values(std::move(set)));
}

/// What CreateExperimentTemplate takes (API reference, as of 2026-11): required and allowed keys,
/// and what refers to what.
void check_template(const json& one) {
  static const std::set<std::string> kAllowed = {"description",       "targets",         "actions",
                                                 "stopConditions",    "roleArn",         "tags",
                                                 "experimentOptions", "logConfiguration"};
  for (const auto& [key, value] : one.items()) CHECK(kAllowed.contains(key));
  for (const char* key : {"description", "targets", "actions", "stopConditions", "roleArn"}) {
    CHECK(one.contains(key));
  }
  CHECK(one.at("description").get<std::string>().size() <= 512);
  CHECK(std::regex_match(one.at("roleArn").get<std::string>(),
                         std::regex("arn:aws:iam::[0-9]{12}:role/.+")));
  REQUIRE(one.at("stopConditions").size() == 1);
  CHECK(one.at("stopConditions")[0].at("source") == "aws:cloudwatch:alarm");
  const std::regex name("[A-Za-z0-9._-]{1,64}");
  for (const auto& [key, target] : one.at("targets").items()) {
    CAPTURE(key);
    CHECK(std::regex_match(key, name));
    CHECK(target.at("resourceType").get<std::string>().starts_with("aws:"));
    CHECK(std::regex_match(target.at("selectionMode").get<std::string>(),
                           std::regex("ALL|COUNT\\([1-9][0-9]*\\)|PERCENT\\([1-9][0-9]*\\)")));
    // One or the other, never both.
    CHECK(target.contains("resourceTags") != target.contains("resourceArns"));
  }
  std::set<std::string> used;
  for (const auto& [key, action] : one.at("actions").items()) {
    CAPTURE(key);
    CHECK(std::regex_match(key, name));
    CHECK(std::regex_match(action.at("actionId").get<std::string>(),
                           std::regex("aws:[a-z0-9-]+:[a-z0-9-]+")));
    if (action.contains("parameters") && action["parameters"].contains("duration")) {
      CHECK(std::regex_match(action["parameters"]["duration"].get<std::string>(),
                             std::regex("PT(?=.)([0-9]+H)?([0-9]+M)?([0-9]+S)?")));
    }
    if (action.contains("targets")) {
      for (const auto& [role, target] : action["targets"].items()) {
        CHECK(one.at("targets").contains(target.get<std::string>()));
        used.insert(target.get<std::string>());
      }
    } else {
      CHECK(action.at("actionId") == "aws:fis:wait");
    }
    if (action.contains("startAfter")) {
      for (const auto& before : action["startAfter"]) {
        CHECK(one.at("actions").contains(before.get<std::string>()));
        CHECK(before != key);
      }
    }
  }
  CHECK(used.size() == one.at("targets").size());  // no target without an action
}

}  // namespace

TEST_CASE("durations are written as FIS takes them", "[unit]") {
  CHECK(fis_duration(90) == "PT1M30S");
  CHECK(fis_duration(3600) == "PT1H");
  CHECK(fis_duration(5400) == "PT1H30M");
  CHECK(fis_duration(10) == "PT1M");           // FIS: a minute at the least
  CHECK(fis_duration(7 * 86'400) == "PT12H");  // and twelve hours at most
}

TEST_CASE("the loss of a region is one experiment there", "[unit]") {
  const Injections made = prepared_day("lose-singapore").injections;
  REQUIRE(made.all.size() == 1);
  CHECK(made.all[0].at_s == 0.0);
  CHECK(made.all[0].lasts_s == 6 * 3600.0);
  REQUIRE(made.templates.size() == 1);
  CHECK(made.templates[0].code == "ap-southeast-1");
  const json one = json::parse(fis_document(made.templates[0]));
  check_template(one);
  // Its subnets cannot be reached, and its tables and buckets send nothing to Sydney.
  std::map<std::string, json> by_id;
  for (const auto& action : one.at("actions")) by_id[action.at("actionId")] = action;
  REQUIRE(by_id.size() == 3);
  const json& subnets = by_id.at("aws:network:disrupt-connectivity");
  CHECK(subnets["parameters"]["duration"] == "PT6H");
  CHECK(subnets["parameters"]["scope"] == "all");
  CHECK(subnets["targets"].contains("Subnets"));
  CHECK(by_id.at("aws:dynamodb:global-table-pause-replication")["targets"].contains("Tables"));
  const json& buckets = by_id.at("aws:s3:bucket-pause-replication");
  CHECK(buckets["parameters"]["region"] == "ap-southeast-2");
  CHECK(made.all[0].by_hand.empty());
}

TEST_CASE("a fault that begins later waits, one that follows comes after", "[unit]") {
  const Injections made = prepared_day("zone-loss", {R"(faults={
        "targets": { "a": { "region": "sg", "zone": "a" }, "web": { "service": "web@sg" } },
        "actions": {
          "power": { "actionId": "zone-outage", "targets": ["a"], "at": "20:00", "duration": "10m" },
          "slow": { "actionId": "latency", "targets": ["web"], "at": "20:05", "duration": "3m",
                    "parameters": { "add": "400ms" } },
          "later": { "actionId": "latency", "targets": ["web"], "startAfter": ["slow"], "duration": "2m",
                     "parameters": { "add": "800ms" } },
          "flush": { "actionId": "errors", "targets": ["web"], "startWith": ["slow"], "delay": "1m",
                     "duration": "1m", "parameters": { "share": "5%" } } } })"})
                              .injections;
  REQUIRE(made.templates.size() == 1);
  const json one = json::parse(fis_document(made.templates[0]));
  check_template(one);
  const json& actions = one.at("actions");
  CHECK(
      one.at("targets").at("a-ap-southeast-1a").at("parameters").at("availabilityZoneIdentifier") ==
      "ap-southeast-1a");
  CHECK_FALSE(actions.at("power").contains("startAfter"));
  CHECK(actions.at("wait-slow").at("parameters").at("duration") == "PT5M");
  CHECK(actions.at("slow-ecs-fargate").at("startAfter") == json::array({"wait-slow"}));
  CHECK(actions.at("slow-ecs-fargate").at("parameters").at("delayMilliseconds") == "400");
  CHECK(actions.at("later-ecs-fargate").at("startAfter") == json::array({"slow-ecs-fargate"}));
  // Errors of a service have no action: somebody switches them on, 6 minutes in.
  for (const Injection& injection : made.all) {
    if (injection.name != "flush") continue;
    CHECK(injection.fis.empty());
    CHECK(injection.at_s == 360.0);
    REQUIRE(injection.by_hand.size() == 1);
  }
}

TEST_CASE("a bucket's replication is paused where the bucket stands that it comes from", "[unit]") {
  const Injections made = prepared_day("lose-singapore", {R"(faults={
        "targets": { "copy": { "service": "assets@syd" } },
        "actions": { "stuck": { "actionId": "replica-broken", "targets": ["copy"], "at": "20:00",
                                "duration": "30m" } } })"})
                              .injections;
  REQUIRE(made.templates.size() == 1);
  CHECK(made.templates[0].code == "ap-southeast-1");
  REQUIRE(made.templates[0].actions.size() == 1);
  CHECK(made.templates[0].actions[0].parameters.at("region") == "ap-southeast-2");
}

TEST_CASE("every scenario of the library makes sound templates", "[property]") {
  std::size_t templates = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(tests::source_dir() / "scenarios/library")) {
    if (entry.path().extension() != ".json") continue;
    const std::string scenario = entry.path().stem().string();
    CAPTURE(scenario);
    const PreparedGameDay day = prepared_day(scenario);
    for (const FisTemplate& one : day.injections.templates) {
      check_template(json::parse(fis_document(one)));
      ++templates;
    }
    for (const Injection& injection : day.injections.all) {
      CAPTURE(injection.name);
      CHECK((!injection.fis.empty() || !injection.by_hand.empty()));
      CHECK((injection.at_s.has_value() || !injection.moment.empty()));
    }
  }
  CHECK(templates > 5);
}

// Three trials of a hand-made log: the fault at 100 s; on-call is paged at 160, 170, 180 s and
// answers 60 s later; the third never comes to the step.
TEST_CASE("rows are timed from the first fault, over the trials that have them", "[unit]") {
  std::vector<std::pair<std::uint32_t, std::vector<sim::IncidentEvent>>> trials;
  for (std::uint32_t i = 0; i < 3; ++i) {
    const auto at = [](double seconds) {
      return sim::Instant::origin() + sim::Duration::from_seconds(seconds);
    };
    const double page = 160 + 10 * i;
    std::vector<sim::IncidentEvent> events = {
        {at(100), "fault", "lost", "sg", "Singapore is lost", ""},
        {at(page), "detected", "sg-up", "", "", "fault:lost"},
        {at(page), "person-paged", "on-call", "", "", "detected:sg-up"},
        {at(page + 60), "person-answers", "on-call", "", "", "detected:sg-up"}};
    if (i < 2) {
      events.push_back({at(page + 60), "step-ready", "shift", "syd", "", "person:on-call"});
      events.push_back({at(page + 60), "step-begin", "shift", "syd", "", ""});
      events.push_back({at(page + 90), "step-end", "shift", "syd", "", ""});
    }
    trials.emplace_back(i, std::move(events));
  }
  const std::vector<ExpectedRow> rows = expected_rows(trials, {});
  REQUIRE(rows.size() == 4);
  CHECK(rows[0].label == "Singapore is lost");
  CHECK(rows[0].begins.p50_s == 0);
  CHECK_FALSE(rows[0].ends);
  CHECK(rows[1].kind == "detection");
  CHECK(rows[1].begins.p50_s == 70);
  CHECK(rows[1].begins.p95_s == 80);
  CHECK(rows[2].owner == "on-call");
  REQUIRE(rows[2].ends);
  CHECK(rows[2].ends->p50_s == 130);
  CHECK(rows[3].name == "shift");
  CHECK(rows[3].share == Approx(2.0 / 3));
  CHECK(rows[3].begins.p50_s == 120);  // of 120 and 130: the smallest that half do not exceed
  REQUIRE(rows[3].ends);
  CHECK(rows[3].ends->p95_s == 160);
}

}  // namespace lifeboat::reports::gameday
