// Objectives that cannot hold together, or not on what the platform is made of: each is found
// before a run, and not where it is no longer so.
#include "reports/studies/consistency.hpp"

#include <algorithm>

#include "reports/studies/prepare.hpp"
#include "tests/catch.hpp"
#include "tests/reports/shipped_input.hpp"

namespace lifeboat::reports {
namespace {

/// The finding of that code for a scenario with other values; empty if none.
std::string finding_in(const std::string& scenario, const std::string& code,
                       std::vector<std::string> set = {}) {
  const RunInput input = shipped_input(scenario, std::move(set));
  const auto found = std::find_if(input.findings.begin(), input.findings.end(),
                                  [&](const Finding& finding) { return finding.code == code; });
  return found == input.findings.end() ? std::string{} : found->text;
}

/// The same for the reference failover with other objectives.
std::string finding_of(const std::string& code, const std::string& objectives,
                       std::vector<std::string> set = {}) {
  set.push_back("objectives=[" + objectives + "]");
  return finding_in("lose-singapore", code, std::move(set));
}

bool says(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("an availability that one recovery uses up is found", "[unit]") {
  // 0.01 % of 365 days are 52.56 minutes; 4 hours are 0.0457 % of them.
  const std::string code = "availability-against-rto";
  const std::string text = finding_of(code, R"("availability >= 99.99%", "rto < 4h")");
  CHECK(says(text, "52.6 min a year"));
  CHECK(says(text, "may take 4 h"));
  CHECK(says(text, "99.954"));
  CHECK(finding_of(code, R"("availability >= 99.99%", "rto < 52m")").empty());
  CHECK(finding_of(code, R"("availability >= 99.99% during steady", "rto < 4h")").empty());
}

TEST_CASE("an RPO below the lag of its stream is found", "[unit]") {
  const std::string code = "rpo-against-lag";
  CHECK(says(finding_of(code, R"("rpo:orders-db < 1ms")"), "writes to orders-db take"));
  CHECK(finding_of(code, R"("rpo:orders-db < 1h")").empty());
  // A class has the stores of its writes; without a name it is that of the critical classes.
  CHECK(says(finding_of(code, R"("rpo:orders < 1ms")"), "writes to orders-db take"));
  CHECK(says(finding_of(code, R"("rpo < 1ms")"), "writes to orders-db take"));
}

TEST_CASE("an RTO shorter than its detection, or than its runbook, is found", "[unit]") {
  // Checks each 30 s, three must fail, the trigger lasts 2 minutes: 60 + 120 s at the least.
  CHECK(says(finding_of("rto-against-detection", R"("rto < 2m")"), "3 min"));
  CHECK(finding_of("rto-against-detection", R"("rto < 4m")").empty());
  CHECK(says(finding_of("rto-against-runbook", R"("rto < 10m")"), "declare"));
  CHECK(finding_of("rto-against-runbook", R"("rto < 4h")").empty());
  // The critical journeys' resolver is the CDN's: 99 % of it has asked again after 0.99 x 60 s.
  CHECK(says(finding_of("rto-against-names", R"("rto < 3m30s")"), "3 min pass until"));
  CHECK(says(finding_of("rto-against-names", R"("rto < 3m59s")"), "59.4 s more until 99 %"));
  CHECK(finding_of("rto-against-names", R"("rto < 4m")").empty());
  CHECK(finding_of("rto-against-names", R"("rto < 3m59s")", {"platform.services.origin.ttl=20s"})
            .empty());
  // A journey of its own may recover by names alone.
  CHECK(finding_of("rto-against-runbook", R"("rto:product < 10m")").empty());
}

TEST_CASE("somebody who has come does not come again", "[unit]") {
  // The lead comes in 20 min and decides twice for 5 min: 30 min, and 60 + 120 s of detection, the
  // page of somebody who answers in a minute, and 59.4 s until names have moved: 34.99 min.
  const std::string runbook = R"([{ "name": "twice", "activate": "syd", "deactivate": "sg",
    "people": { "on-call": { "count": 1, "answers": "1m" }, "lead": { "count": 1, "answers": "20m" } },
    "trigger": { "healthCheck": "sg-up", "is": "unhealthy", "for": "2m", "pages": "on-call" },
    "steps": {
      "first": { "block": "executionApproval", "by": "lead", "takes": "5m" },
      "second": { "block": "executionApproval", "by": "lead", "after": ["first"], "takes": "5m" },
      "shift": { "block": "route53HealthCheck", "set": { "syd-open": "healthy" },
                 "after": ["second"] } } }])";
  const auto found = [&](const std::string& objective) {
    return finding_of("rto-against-runbook", objective, {"runbooks=" + runbook});
  };
  CHECK(says(found(R"("rto < 34m")"), "come to 35 min"));
  CHECK(found(R"("rto < 35m")").empty());
}

TEST_CASE("a strategy that its own mechanisms make too slow is found", "[unit]") {
  // A restore of 2 h that every step after it waits for; people and names come on top.
  const std::string code = "rto-against-runbook";
  const std::string runbook = R"([{ "name": "slow", "activate": "syd", "deactivate": "sg",
    "people": {}, "trigger": { "healthCheck": "sg-up", "is": "unhealthy", "for": "2m" },
    "steps": {
      "promote": { "block": "rdsPromoteReadReplica", "service": "orders-db@syd" },
      "shift": { "block": "route53HealthCheck", "set": { "syd-open": "healthy" },
                 "after": ["promote"] } } }])";
  const std::vector<std::string> set = {"runbooks=" + runbook,
                                        "platform.services.orders-db.promotionTime=2h"};
  CHECK(says(finding_of(code, R"("rto < 2h")", set), "what the platform takes for them (2 h)"));
  // 60 + 120 s, 2 h and 59.4 s.
  CHECK(says(finding_of(code, R"("rto < 2h3m50s")", set), "promote, shift"));
  CHECK(finding_of(code, R"("rto < 2h4m")", set).empty());
}

TEST_CASE("tasks beyond the quota of an unused region are found", "[unit]") {
  const std::string code = "quota-against-runbook";
  const std::string text = finding_in("quota-default", code);
  CHECK(says(text, "syd may run 6 vCPU of Fargate tasks (the default of an unused region)"));
  CHECK(says(text, "fargateVcpu of syd raised to"));
  CHECK(finding_in("lose-singapore", code).empty());
  // What a fault leaves of a quota counts.
  const std::string faults = R"(faults={ "targets": { "sydney": { "region": "syd" } }, "actions": {
    "small": { "actionId": "quota-too-small", "targets": ["sydney"], "at": "20:00",
               "parameters": { "quota": "fargateVcpu", "value": 10 } } } })";
  CHECK(says(finding_in("lose-singapore", code, {faults}), "10 vCPU of Fargate tasks while"));
}

TEST_CASE("the tasks that a step asks for are counted by hand", "[unit]") {
  // 7 tasks of 0.5 vCPU in the step, and what runs there already: nothing. 3.5 of 6 vCPU are
  // granted, 13 tasks (6.5 vCPU) are not.
  const auto found = [](int tasks) {
    return finding_in("quota-default", "quota-against-runbook",
                      {R"(runbooks=[{ "name": "seven", "mode": "in-place", "activate": "syd",
        "trigger": { "at": "20:00" },
        "steps": { "more": { "block": "ecsCapacityIncrease", "service": "storefront-web@syd",
                             "to": )" +
                       std::to_string(tasks) + R"( } } }])"});
  };
  CHECK(found(7).empty());
  CHECK(found(12).empty());
  CHECK(says(found(13), "with \"more\" of seven 13 tasks of 6.5 vCPU"));
}

TEST_CASE("steps whose control plane a fault takes away are found", "[unit]") {
  const std::string code = "runbook-against-faults";
  const auto faults = [](const std::string& id, const std::string& target,
                         const std::string& duration) {
    return R"(faults={ "targets": { "t": { "region": ")" + target + R"(" } }, "actions": {
      "plane": { "actionId": ")" +
           id + R"(", "targets": ["t"], "at": "20:00", "duration": ")" + duration + R"(" } } })";
  };
  const auto found = [&](const std::string& with) {
    return finding_in("lose-singapore", code, {with});
  };
  CHECK(says(found(faults("control-plane-outage", "syd", "3h")), "needs the control plane of syd"));
  CHECK(says(found(faults("control-plane-outage", "syd", "3h")), "gives up after 60 min"));
  CHECK(says(found(faults("control-plane-outage", "syd", "5m")), "waits up to 5 min"));
  // Singapore's own is expected to be gone: only the fence asks it, and goes on.
  CHECK(found(faults("control-plane-outage", "sg", "3h")).empty());
  CHECK(finding_in("lose-singapore", code).empty());
  // Singapore is long back when the way back begins.
  CHECK(finding_in("failback", code).empty());
  CHECK(says(finding_in("failback", code, {"faults.actions.lost.duration=3h"}), "\"reconcile\""));
  // Records cannot be edited; a switch can be flipped.
  const std::string records = faults("dns-control-plane-outage", "sg", "3h");
  CHECK(found(records).empty());
  const std::string edit = R"(runbooks=[{ "name": "edit", "activate": "syd", "deactivate": "sg",
    "trigger": { "healthCheck": "sg-up", "is": "unhealthy", "for": "2m" },
    "steps": { "shift": { "block": "route53ChangeRecords", "service": "origin" } } }])";
  CHECK(says(finding_in("lose-singapore", code, {records, edit}), "Flip a health check"));
}

TEST_CASE("no shipped strategy is at odds with the reference's own objectives", "[unit]") {
  const auto strategies = scenarios::shipped_strategies(models::io::DataRoot(tests::source_dir()));
  REQUIRE(strategies.size() >= 5);
  for (const auto& strategy : strategies) {
    CAPTURE(strategy.name);
    PrepareOptions options;
    options.strategy = strategy;
    const RunInput input = shipped(prepare_run, "lose-singapore", options);
    for (const Finding& finding : input.findings) {
      CAPTURE(finding.text);
      CHECK((!is_consistency(finding) || finding.severity == "info"));
    }
  }
}

TEST_CASE("a run for the whole duration does not look for its recovery", "[unit]") {
  const auto controllers = [](bool whole) {
    PrepareOptions options;
    options.whole_duration = whole;
    return shipped(prepare_run, "lose-singapore", options).network->controllers.size();
  };
  CHECK(controllers(true) + 1 == controllers(false));
}

TEST_CASE("an availability above the product of what AWS promises is found", "[unit]") {
  const std::string code = "availability-against-service-levels";
  const std::string text = finding_of(code, R"("availability >= 99.99% during steady")");
  CHECK(says(text, "rds 99.95 %"));
  CHECK(says(text, "alb 99.99 %"));
  CHECK(says(text, "dynamodb 99.99 %"));  // though no station of its own waits
  CHECK(finding_of(code, R"("availability >= 95%")").empty());
}

}  // namespace lifeboat::reports
