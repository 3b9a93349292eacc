// Objectives that cannot hold together, or not on what the platform is made of: each is found
// before a run, and not where it is no longer so.
#include "reports/studies/consistency.hpp"

#include <algorithm>

#include "reports/studies/prepare.hpp"
#include "tests/catch.hpp"

namespace lifeboat::reports {
namespace {

/// The finding of that code for the reference failover with other objectives; empty if none.
std::string finding_of(const std::string& code, const std::string& objectives,
                       std::vector<std::string> set = {}) {
  models::io::Problems problems;
  PrepareOptions options;
  options.set = std::move(set);
  options.set.push_back("objectives=[" + objectives + "]");
  const auto input =
      prepare_run(tests::source_dir() / "scenarios/library/lose-singapore.json", options, problems);
  CAPTURE(problems.lines());
  REQUIRE(input);
  const auto found = std::find_if(input->findings.begin(), input->findings.end(),
                                  [&](const Finding& finding) { return finding.code == code; });
  return found == input->findings.end() ? std::string{} : found->text;
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
  // A journey of its own may recover by names alone.
  CHECK(finding_of("rto-against-runbook", R"("rto:product < 10m")").empty());
}

TEST_CASE("somebody who has come does not come again", "[unit]") {
  // The lead comes in 20 min and decides twice for 5 min: 30 min, and 60 + 120 s of detection, and
  // the page of somebody who answers in a minute.
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
  CHECK(says(found(R"("rto < 33m")"), "34 min"));
  CHECK(found(R"("rto < 35m")").empty());
}

TEST_CASE("no shipped strategy is at odds with the reference's own objectives", "[unit]") {
  const auto strategies = scenarios::shipped_strategies(models::io::DataRoot(tests::source_dir()));
  REQUIRE(strategies.size() >= 5);
  for (const auto& strategy : strategies) {
    models::io::Problems problems;
    PrepareOptions options;
    options.strategy = strategy;
    const auto input = prepare_run(tests::source_dir() / "scenarios/library/lose-singapore.json",
                                   options, problems);
    CAPTURE(strategy.name, problems.lines());
    REQUIRE(input);
    for (const Finding& finding : input->findings) {
      CAPTURE(finding.text);
      CHECK((!is_consistency(finding) || finding.severity == "info"));
    }
  }
}

TEST_CASE("a run for the whole duration does not look for its recovery", "[unit]") {
  const auto controllers = [](bool whole) {
    models::io::Problems problems;
    PrepareOptions options;
    options.whole_duration = whole;
    return prepare_run(tests::source_dir() / "scenarios/library/lose-singapore.json", options,
                       problems)
        ->network->controllers.size();
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
