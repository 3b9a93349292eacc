// What is wrong with a policy is told where it stands.
#include <string>

#include "models/platform/platform.hpp"
#include "tests/catch.hpp"
#include "tests/main/temporary_folder.hpp"
#include "tests/models/services/testbed.hpp"

using namespace lifeboat;
using lifeboat::tests::problems_of;

namespace {

std::string service(const std::string& policies) {
  return R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1", "zones": ["a"] } },
    "services": { "web": { "kind": "ecs-fargate", "region": "sg", "cpu": "1 vCPU", "memory": "2 GiB",
        "scaling": { "minCapacity": 1, "maxCapacity": 9, "policies": [ )" +
         policies + R"( ] },
        "operations": { "get": { "demand": "1ms" } } } },
    "journeys": { "get": { "entry": "web.get" } } })";
}

/// The policy has one problem, whose line holds the text.
void check_told(const std::string& policy, const char* text) {
  const auto lines = problems_of(service(policy));
  INFO(policy);
  for (const std::string& line : lines) UNSCOPED_INFO(line);
  REQUIRE(lines.size() == 1);
  CHECK(lines.front().find("/services/web/scaling/policies/0") != std::string::npos);
  CHECK(lines.front().find(text) != std::string::npos);
}

std::string step(const std::string& alarm, const std::string& rest) {
  return R"({ "type": "step", "alarm": { "metricName": "CPUUtilization", "threshold": "70%" )" +
         alarm + R"( }, "adjustmentType": "ChangeInCapacity", )" + rest + " }";
}
const char* const kOneStep =
    R"("stepAdjustments": [ { "metricIntervalLowerBound": "0%", "scalingAdjustment": 1 } ])";

std::string predictive(const std::string& history) {
  return R"({ "type": "predictive", "predefinedMetricPairType": "ECSServiceCPUUtilization",
    "targetValue": "60%", "history": { )" +
         history + " } }";
}

}  // namespace

TEST_CASE("Mistakes in scaling policies are told with their place", "[unit]") {
  CHECK(problems_of(service(step("", kOneStep))).empty());
  check_told(step(R"(, "datapointsToAlarm": 4)", kOneStep), "more than evaluationPeriods");
  check_told(step(R"(, "period": "45s")", kOneStep), "no such period");
  check_told(step("", R"("stepAdjustments": [])"), "no step");
  check_told(step("", R"("stepAdjustments": [
      { "metricIntervalLowerBound": "0%", "metricIntervalUpperBound": "10%", "scalingAdjustment": 1 },
      { "metricIntervalLowerBound": "15%", "scalingAdjustment": 2 } ])"),
             "steps overlap or leave a gap");
  check_told(
      step("", R"("stepAdjustments": [ { "scalingAdjustment": 1 }, { "scalingAdjustment": 2 } ])"),
      "steps overlap or leave a gap");
  check_told(step("", R"("stepAdjustments": [ { "scalingAdjustment": 1.5 } ])"),
             "a capacity is whole");
  check_told(step("", std::string(kOneStep) + R"(, "minAdjustmentMagnitude": 2)"),
             "belongs to \"PercentChangeInCapacity\" alone");
  check_told(R"({ "type": "scheduled", "schedule": "every day", "scalableTargetAction": {
      "minCapacity": 1 } })",
             "is no schedule");
  check_told(R"x({ "type": "scheduled", "schedule": "rate(1 hour)", "scalableTargetAction": {} })x",
             "nothing to set");
  check_told(R"x({ "type": "scheduled", "schedule": "rate(1 hour)", "scalableTargetAction": {
      "minCapacity": 5, "maxCapacity": 4 } })x",
             "less than minCapacity");
  check_told(R"({ "type": "target-tracking", "targetValue": "60%", "period": "30s",
      "predefinedMetricType": "ECSServiceAverageCPUUtilization" })",
             "published every 60 s or every 20 s");
  check_told(R"({ "type": "target-tracking", "targetValue": "60%", "cooldown": "30s",
      "predefinedMetricType": "ECSServiceAverageCPUUtilization" })",
             "cooldown");  // a step policy's
}

TEST_CASE("Two policies that track one metric are an error", "[unit]") {
  const std::string policy = R"({ "type": "target-tracking", "targetValue": "60%",
      "predefinedMetricType": "ECSServiceAverageCPUUtilization" })";
  const auto lines = problems_of(service(policy + ", " + policy));
  REQUIRE(lines.size() == 1);
  CHECK(lines.front().find("another policy tracks this metric already") != std::string::npos);
}

TEST_CASE("A history needs a day of hours, whatever their grain", "[unit]") {
  tests::TemporaryFolder folder;
  const auto with = [&](int hours, const std::string& extra = "") {
    std::string csv = "time,processors\n";
    for (int i = 0; i < 2 * hours; ++i) {
      csv += "2026-11-0" + std::to_string(1 + i / 48) + " " +
             std::to_string(100 + i / 2 % 24).substr(1) + (i % 2 == 0 ? ":00," : ":30,") +
             std::to_string(i % 2 == 0 ? 1 : 3) + "\n";
    }
    folder.write("history.csv", csv + extra);
    folder.write("p.json", service(predictive(R"("file": "history.csv")")));
    models::io::Problems problems;
    (void)models::load_platform({folder.path() / "p.json"}, {}, problems);
    return problems.lines();
  };
  CHECK(with(24).empty());
  REQUIRE(with(23).size() == 1);
  CHECK(with(23).front().find("a history of 23 hours") != std::string::npos);
  REQUIRE(with(24, "2026-11-03 00:00,-1\n").size() == 1);
  CHECK(with(24, "2026-11-03 00:00,-1\n").front().find("a negative load") != std::string::npos);
  CHECK(with(24, "yesterday,1\n").front().find("no time") != std::string::npos);
}

TEST_CASE("A history may be written out, hour by hour", "[unit]") {
  const auto hours = [](int count) {
    std::string list;
    for (int i = 0; i < count; ++i) list += (i == 0 ? "" : ",") + std::to_string(i % 24);
    return R"("hourly": [)" + list + "]";
  };
  const std::string from = R"(, "from": "2026-10-28T00:00")";
  CHECK(problems_of(service(predictive(hours(24) + from))).empty());
  check_told(predictive(hours(23) + from), "a history of 23 hours");
  check_told(predictive(hours(24)), "nobody says when it begins");
  check_told(predictive(hours(24) + R"(, "from": "2026-10-28T00:10")"), "not the start of an hour");
  check_told(predictive(hours(24) + from + R"(, "file": "history.csv")"), "file");
  check_told(predictive(R"("timeZone": "UTC")"), "is missing");
  // Five hours and a half from UTC: hours of India's clock begin at half past.
  check_told(predictive(hours(24) + from + R"(, "timeZone": "+05:30")"),
             "not the start of an hour");
}
