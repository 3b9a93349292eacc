// Reading and checking runbooks: the example of the language, and what mistakes are told.
#include "scenarios/runbooks/runbook.hpp"

#include "models/io/document.hpp"
#include "tests/catch.hpp"

namespace lifeboat::scenarios {
namespace {

namespace io = models::io;

PlatformNames shop() {
  PlatformNames names;
  names.regions = {"sg", "syd"};
  names.services = {{"web", "ecs-fargate", {"sg", "syd"}, {}},
                    {"pages", "elasticache", {"sg", "syd"}, {}},
                    {"orders-db", "rds", {"sg", "syd"}, {}}};
  names.health_checks = {"sg-up", "syd-open"};
  names.switches = {"syd-open"};
  return names;
}

const std::string kPeople = R"("people": {
  "on-call": { "count": 1, "answers": { "triangular": { "low": "1m", "mode": "4m", "high": "15m" } },
               "asleep": { "between": ["23:00", "07:00"], "answers": "20m" } },
  "lead": { "answers": "8m" } })";
const std::string kTrigger =
    R"("trigger": { "healthCheck": "sg-up", "is": "unhealthy", "for": "2m", "pages": "on-call" })";

std::string runbook_of(const std::string& steps) {
  return R"({ "format": "lifeboat/runbook/1", "name": "sg-to-syd", "mode": "ungraceful",
              "activate": "syd", "deactivate": "sg", )" +
         kPeople + ", " + kTrigger + R"(, "steps": { )" + steps + " } }";
}

Runbook read(const std::string& text, io::Problems& problems) {
  const auto document = io::Document::parse_text(text, "r.json", problems);
  REQUIRE(document);
  auto runbook = read_runbook(document->root(), false, problems);
  check_runbook(runbook, shop(), problems);
  return runbook;
}

std::string only_problem(const std::string& steps) {
  io::Problems problems;
  read(runbook_of(steps), problems);
  const auto lines = problems.lines();
  for (const auto& line : lines) UNSCOPED_INFO(line);
  REQUIRE(lines.size() == 1);
  return lines[0];
}

bool tells(const std::string& steps, const std::string& text) {
  const auto line = only_problem(steps);
  INFO(line);
  return line.find(text) != std::string::npos;
}

TEST_CASE("the runbook of the language is read whole", "[unit]") {
  io::Problems problems;
  const auto runbook = read(runbook_of(R"(
    "declare": { "block": "executionApproval", "by": "lead", "takes": "15m" },
    "fence":   { "block": "fence", "service": "orders-db@sg", "after": ["declare"], "by": "on-call", "takes": "3m", "onFailure": "continue" },
    "promote": { "block": "rdsPromoteReadReplica", "service": "orders-db@syd", "after": ["fence"], "successProbability": "97%", "retry": { "maxAttempts": 2, "wait": "30s" } },
    "compute": { "block": "ecsCapacityIncrease", "services": ["web@syd"], "to": "100% of sg before fault", "after": ["declare"], "until": "90% healthy", "timeout": "30m" },
    "warm":    { "block": "warmCache", "service": "pages@syd", "after": ["compute"], "rate": "500/s", "until": "hitRatio > 60%", "timeout": "10m" },
    "shift":   { "block": "route53HealthCheck", "set": { "syd-open": "healthy" }, "after": ["promote", "warm"], "runsFrom": "syd" },
    "verify":  { "block": "executionApproval", "by": "on-call", "after": ["shift"], "takes": "10m" })"),
                            problems);
  for (const auto& line : problems.lines()) UNSCOPED_INFO(line);
  REQUIRE(problems.empty());
  REQUIRE(runbook.steps.size() == 7);
  CHECK(runbook.people[0].asleep->from_second_of_day == 23 * 3600);
  CHECK(runbook.trigger.lasting == sim::Duration::minutes(2));
  const auto& compute = runbook.steps[3];
  CHECK(compute.to->value.share == 1);
  CHECK(compute.to->value.before_fault);
  CHECK(compute.until->value.healthy_share == Approx(0.9));
  CHECK(compute.timeout == sim::Duration::minutes(30));
  CHECK_FALSE(runbook.steps[2].timeout);
  CHECK(runbook.steps[2].max_attempts == 2);
  CHECK(runbook.steps[4].until->value.metric == "hitRatio");
  CHECK(runbook.steps[4].until->value.threshold == Approx(0.6));
  CHECK(runbook.steps[5].switches[0].healthy);
  CHECK_FALSE(runbook.steps[0].acts());
  CHECK(runbook.steps[1].acts());
}

TEST_CASE("a runbook is checked before it runs", "[unit]") {
  CHECK(tells(R"("a": { "block": "executionAproval" })", "did you mean \"executionApproval\""));
  CHECK(tells(R"("a": { "block": "executionApproval", "by": "leed" })", "did you mean \"lead\""));
  CHECK(tells(R"("a": { "block": "executionApproval", "after": ["b"] },
                 "b": { "block": "executionApproval", "after": ["c"] },
                 "c": { "block": "executionApproval", "after": ["a"] })",
              "the steps wait for each other: a -> c -> b -> a"));
  CHECK(tells(R"("a": { "block": "executionApproval", "after": ["a"] })",
              "the steps wait for each other: a -> a"));
  CHECK(tells(
      R"("a": { "block": "rdsPromoteReadReplica", "service": "orders-db@syd", "onFailure": "c" },
                 "b": { "block": "executionApproval", "after": ["a"] },
                 "c": { "block": "executionApproval", "after": ["b"] })",
      "the steps wait for each other: b -> c -> b"));
  CHECK(tells(R"("a": { "block": "executionApproval", "onFailure": "c" },
                 "c": { "block": "executionApproval" })",
              "nothing releases the step \"c\""));
  CHECK(tells(R"("a": { "block": "rdsPromoteReadReplica", "service": "orders-db@sg" })",
              "in the region that is lost"));
  CHECK(tells(
      R"("a": { "block": "route53HealthCheck", "set": { "syd-open": "healthy" }, "runsFrom": "sg" })",
      "would run from \"sg\", the region that is lost"));
  CHECK(tells(R"("a": { "block": "route53HealthCheck", "set": { "syd-opne": "healthy" } })",
              "did you mean \"syd-open\""));
  CHECK(tells(R"("a": { "block": "route53HealthCheck", "set": { "syd-open": "well" } })",
              "\"healthy\" or \"unhealthy\""));
  CHECK(tells(
      R"("a": { "block": "ecsCapacityIncrease", "services": ["web@syd"], "to": "all of sg" })",
      "is no number of tasks"));
  CHECK(tells(R"("a": { "block": "ecsCapacityIncrease", "services": ["web"], "to": 3 })",
              "is deployed in several regions"));
  CHECK(tells(
      R"("a": { "block": "ecsCapacityIncrease", "services": ["web@syd"], "to": 3, "until": "healthy" })",
      "is no condition"));
  CHECK(tells(R"("a": { "block": "warmCache", "service": "pages@syd" })", "needs \"rate\""));
  CHECK(tells(R"("a": { "block": "executionApproval", "rate": "5/s" })", "says nothing to"));
  CHECK(tells(R"("a": { "block": "executionApproval", "services": ["web@syd"] })",
              "\"services\" says nothing to \"executionApproval\""));
  CHECK(tells(R"("a": { "block": "executionApproval", "after": [1] })", "1"));
  CHECK(tells(R"("a": { "block": "executionApproval", "after": [] })", "an empty list"));
  CHECK(tells(
      R"("a": { "block": "rdsPromoteReadReplica", "service": "orders-db@syd", "onFailure": "b" },
                 "b": { "block": "executionApproval" },
                 "c": { "block": "executionApproval", "after": ["b"] })",
      "\"b\" runs only where \"a\" fails"));
  // Labour that takes too long has failed.
  io::Problems none;
  read(runbook_of(R"("a": { "block": "executionApproval", "takes": "9m", "timeout": "5m",
                            "onFailure": "b" },
                     "b": { "block": "executionApproval" })"),
       none);
  CHECK(none.lines().empty());
}

TEST_CASE("a long chain of steps is no trouble", "[property]") {
  std::string steps = R"("s0": { "block": "executionApproval" })";
  for (int i = 1; i < 400; ++i) {
    steps += ", \"s" + std::to_string(i) + R"(": { "block": "executionApproval", "after": ["s)" +
             std::to_string(i - 1) + "\"] }";
  }
  io::Problems problems;
  CHECK(read(runbook_of(steps), problems).steps.size() == 400);
  CHECK(problems.empty());
}

}  // namespace
}  // namespace lifeboat::scenarios
