// lifeboat automate: a runbook whose times are known, and what the command takes.
#include <nlohmann/json.hpp>

#include "tests/catch.hpp"
#include "tests/main/temporary_folder.hpp"
#include "tests/tools/lifeboat.hpp"

namespace lifeboat::tests {

namespace {

using nlohmann::json;

/// The till at sg is out from 100 s on; syd's switch is flipped after two people did their parts.
/// On-call answers the page after 2 min; the lead, paged for the decision, after 3, and decides for
/// 10. Then on-call fences for 5 min while the lead does paperwork for 2: the switch needs both.
const char* const kTwoTills = R"({
  "format": "lifeboat/scenario/1", "name": "two-tills", "duration": "2h", "endsWhen": "recovered",
  "platform": {
    "format": "lifeboat/platform/1", "name": "two-tills",
    "regions": { "sg": { "code": "ap-southeast-1" }, "syd": { "code": "ap-southeast-2" } },
    "healthChecks": { "sg-up": { "watch": "till@sg", "requestInterval": "10s" },
                      "syd-open": { "switch": "unhealthy" } },
    "services": {
      "www": { "kind": "route53", "routing": "failover", "ttl": "10s", "to": "till",
               "records": { "sg": { "role": "primary", "healthCheck": "sg-up" },
                            "syd": { "role": "secondary", "healthCheck": "syd-open" } } },
      "till": { "kind": "queue", "servers": 50, "regions": { "sg": {}, "syd": {} },
                "operations": { "serve": { "demand": "1ms" } } } },
    "journeys": { "visit": { "entry": "www.serve" } } },
  "traffic": { "visit": { "rate": "5/s" } },
  "faults": { "targets": { "singapore": { "region": "sg" } },
    "actions": { "lost": { "actionId": "region-outage", "targets": ["singapore"], "at": "+100s", "jitter": "0s" } } },
  "runbooks": { "format": "lifeboat/runbook/1", "name": "leave", "mode": "ungraceful",
    "activate": "syd", "deactivate": "sg",
    "people": { "on-call": { "count": 1, "answers": "2m" }, "lead": { "count": 1, "answers": "3m" } },
    "trigger": { "healthCheck": "sg-up", "is": "unhealthy", "for": "30s", "pages": "on-call" },
    "steps": {
      "declare": { "block": "executionApproval", "by": "lead", "takes": "10m" },
      "fence": { "block": "executionApproval", "by": "on-call", "takes": "5m", "after": ["declare"] },
      "paperwork": { "block": "executionApproval", "by": "lead", "takes": "2m", "after": ["declare"] },
      "shift": { "block": "route53HealthCheck", "set": { "syd-open": "healthy" }, "after": ["fence", "paperwork"] },
      "verify": { "block": "executionApproval", "by": "on-call", "takes": "10m", "after": ["shift"] } } },
  "recovery": { "good": "90%", "hold": "1m" },
  "objectives": [ "rto < 20m in 95% of trials" ]
})";

json step_of(const json& study, const std::string& name) {
  for (const json& step : study.at("steps")) {
    if (step.at("name") == name) return step;
  }
  FAIL("no step " << name);
  return {};
}

}  // namespace

// 20 min of people on the path: 2 (page) + 3 + 10 (decision) + 5 (fence). A script takes 10 s in
// place of labour. Saved: the decision 3 min + 10 min - 10 s = 770 s; the fence 5 min less
// paperwork's 2: 180 s, as paperwork is then what the switch waits for; paperwork nothing; the page
// nothing, as on-call is then paged for the fence and the switch waits for that. Given the
// decision, nothing by itself: fence takes on-call 5 min, and paperwork the lead 3 + 2. All at once
// leave two scripts in a row: 20 min - 20 s. Recovery is read in bins of 30 s and moves with DNS
// and checks, whose luck does not change: within a bin or so.
TEST_CASE("What automation saves is what the people on the path took", "[cli]") {
  const TemporaryFolder folder;
  const std::string file = folder.write("two-tills.json", kTwoTills).string();
  const std::string out = (folder.path() / "report").string();
  const std::vector<std::string> words = {"automate",      file,    "--trials", "10",
                                          "--no-progress", "--out", out};
  const Outcome text = lifeboat(words);
  INFO(text.err);
  REQUIRE(text.status == 0);
  check_text(text.out);
  CHECK(holds(text.out, "Automate first declare"));
  const json study = json::parse(content_of(folder.path() / "report" / "automation.json"));
  CHECK(study.at("format") == "lifeboat/automation/1");
  CHECK(study.at("trials") == 10);
  const double bin = 31;
  CHECK(step_of(study, "answer the page").at("saves_p50").at("value_s") == 0);
  CHECK(step_of(study, "declare").at("saves_p50").at("value_s") == Approx(770).margin(bin));
  CHECK(step_of(study, "fence").at("saves_p50").at("value_s") == Approx(180).margin(bin));
  CHECK(step_of(study, "paperwork").at("saves_p50").at("value_s") == 0);
  CHECK(step_of(study, "verify").at("saves_p50").at("value_s") == 0);
  CHECK(step_of(study, "shift").at("saves_p50").is_null());
  CHECK(step_of(study, "declare").at("on_path") == 1);
  CHECK(step_of(study, "paperwork").at("on_path") == 0);
  CHECK(step_of(study, "fence").at("slack_s") == Approx(0).margin(1e-6));
  CHECK(step_of(study, "paperwork").at("slack_s") == Approx(180));
  CHECK(step_of(study, "verify").at("slack_s").is_null());
  // As it is: 100 s late by more than 20 min; without the decision within them.
  CHECK(study.at("as_it_is").at("share_met") == 0);
  CHECK(step_of(study, "declare").at("alone").at("share_met") == 1);
  const json& order = study.at("order");
  REQUIRE(order.size() == 1);
  CHECK(study.at("steps")[order[0].at("step").get<std::size_t>()].at("name") == "declare");
  CHECK(study.at("order_is_whole") == true);
  const double all = study.at("everything").at("p50_s");
  const double before = study.at("as_it_is").at("p50_s");
  CHECK(before - all == Approx(20 * 60 - 20).margin(bin));
  for (const char* name : {"automation.html", "automation.md"}) {
    CHECK(!content_of(folder.path() / "report" / name).empty());
  }
}

// A zonal shift that somebody begins ten minutes into the trouble: to look is what takes longest.
TEST_CASE("the README's automation finds what to automate first", "[cli][long]") {
  REQUIRE(holds(content_of(source_dir() / "README.md"), "lifeboat automate zone-gray --trials 4"));
  const Outcome text = lifeboat({"automate", "zone-gray", "--trials", "4", "--no-progress"});
  CHECK(text.status == 0);
  check_text(text.out);
  CHECK(holds(text.out, "Automate first look"));
  CHECK(holds(text.out, "No other step saves anything by itself then"));
}

// The decision takes 5 min in place of 10: 3 min + 5 min - 10 s are saved.
TEST_CASE("automate studies the scenario that --set makes", "[cli]") {
  const TemporaryFolder folder;
  const std::string file = folder.write("two-tills.json", kTwoTills).string();
  const json study = json::parse(lifeboat({"automate", file, "--trials", "10", "--format", "json",
                                           "--set", "runbooks.steps.declare.takes=5m"})
                                     .out);
  CHECK(step_of(study, "declare").at("saves_p50").at("value_s") == Approx(470).margin(31));
}

TEST_CASE("automate: the same bytes with any number of jobs", "[cli]") {
  const TemporaryFolder folder;
  const std::string file = folder.write("two-tills.json", kTwoTills).string();
  const auto run = [&](const char* jobs) {
    return lifeboat({"automate", file, "--trials", "4", "--format", "json", "--jobs", jobs}).out;
  };
  const std::string one = run("1");
  CHECK(one == run("3"));
  CHECK(json::parse(one).at("trials") == 4);
}

TEST_CASE("automate refuses what it cannot do", "[cli]") {
  check_refused(lifeboat({"automate", "smallest"}), "there is nothing to automate");
  check_refused(lifeboat({"automate", "lose-singapor"}), "lose-singapore");
  check_refused(lifeboat({"automate", "zone-gray", "--script", "soon"}), "is no time");
  check_refused(lifeboat({"automate", "zone-gray", "--strategy", "warm"}), "there is no strategy");
}

}  // namespace lifeboat::tests
