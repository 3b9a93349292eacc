// Objectives that cannot hold together, or not on what the platform is made of: each is found
// before a run, and not where it is no longer so.
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
}

TEST_CASE("an RTO shorter than its detection, or than its runbook, is found", "[unit]") {
  // Checks each 30 s, three must fail, the trigger lasts 2 minutes: 60 + 120 s at the least.
  CHECK(says(finding_of("rto-against-detection", R"("rto < 2m")"), "3 min"));
  CHECK(finding_of("rto-against-detection", R"("rto < 4m")").empty());
  CHECK(says(finding_of("rto-against-runbook", R"("rto < 10m")"), "declare"));
  CHECK(finding_of("rto-against-runbook", R"("rto < 4h")").empty());
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
