// The load table of scenarios, and what a run says of it beforehand.
#include <algorithm>

#include "tests/catch.hpp"
#include "tests/reports/shipped_input.hpp"

namespace lifeboat::reports {
namespace {

const LoadRow* row_of(const RunInput& input, const std::string& service,
                      const std::string& region) {
  const auto row = std::find_if(input.load.begin(), input.load.end(), [&](const LoadRow& one) {
    return one.service == service && one.region == region;
  });
  return row == input.load.end() ? nullptr : &*row;
}

std::size_t overloads(const RunInput& input) {
  return static_cast<std::size_t>(
      std::count_if(input.findings.begin(), input.findings.end(),
                    [](const Finding& finding) { return finding.code == "overload"; }));
}

// 90 customers a second of 10 ms each: 0.9 servers of 1.
TEST_CASE("A constant load is the same on average and at its peak", "[unit]") {
  const RunInput input = shipped_input("smallest");
  REQUIRE(input.load.size() == 1);
  CHECK(input.load[0].mean.value() == Approx(0.9));
  CHECK(input.load[0].peak.value() == Approx(0.9));
  CHECK(!input.load[0].failover);
  CHECK(input.load[0].capacity == "1 servers");
  CHECK(overloads(input) == 0);
}

TEST_CASE("What no luck can carry is said before the run", "[unit]") {
  const RunInput input = shipped_input("smallest", {"traffic.visit.rate=110/s"});
  CHECK(input.load.at(0).peak.value() == Approx(1.1));
  CHECK(overloads(input) == 1);
}

// The sale has three times the traffic, and more of it buys. In Sydney the same work arrives after
// the failover, none before.
TEST_CASE("The reference scenario's load stands for mean, peak and failover", "[unit]") {
  const RunInput input = shipped_input("lose-singapore");
  const LoadRow* here = row_of(input, "order-service", "sg");
  const LoadRow* there = row_of(input, "order-service", "syd");
  REQUIRE(here != nullptr);
  REQUIRE(there != nullptr);
  CHECK(here->capacity == "30 tasks x 1 vCPU");
  CHECK(here->peak.value() > 2 * 0.0418);  // its load at 38/s: 1.25 vCPU of 30
  CHECK(here->mean.value() < here->peak.value());
  CHECK(!here->failover);
  CHECK(!there->mean);
  CHECK(there->failover.value() == Approx(here->peak.value()).epsilon(0.01));
  CHECK(overloads(input) == 0);
}

// Without a policy the standby's 2 tasks stand still; its runbook asks for as many as Singapore
// has.
TEST_CASE("after a failover a standby counts with the tasks that its runbook asks for", "[unit]") {
  const RunInput input = shipped_input(
      "lose-singapore",
      {"platform.services.order-service.scaling.policies=[]",
       "platform.services.order-service.desiredCount=12",
       "platform.services.order-service.regions.syd.scaling={\"minCapacity\":2,\"maxCapacity\":2}",
       "platform.services.order-service.regions.syd.desiredCount=2"});
  CHECK(row_of(input, "order-service", "sg")->capacity == "12 tasks x 1 vCPU");
  CHECK(row_of(input, "order-service", "syd")->capacity == "12 tasks x 1 vCPU");
}

TEST_CASE("Defaults that are guesses are named with their ranges", "[unit]") {
  const RunInput input = shipped_input("lose-singapore");
  const auto found =
      std::find_if(input.unsourced.begin(), input.unsourced.end(), [](const UnsourcedValue& value) {
        return value.path.find("order-worker") != std::string::npos &&
               value.path.find("idleExpiry") != std::string::npos;
      });
  REQUIRE(found != input.unsourced.end());
  CHECK(found->value == "15m");
  CHECK(found->range == "15 min, 5 to 45 min");
}

}  // namespace
}  // namespace lifeboat::reports
