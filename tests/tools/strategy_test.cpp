// Recovery strategies by name: list, explain, run --strategy.
#include <algorithm>
#include <cmath>
#include <map>
#include <sstream>

#include <nlohmann/json.hpp>

#include "tests/catch.hpp"
#include "tests/main/temporary_folder.hpp"
#include "tests/tools/lifeboat.hpp"

namespace lifeboat::tests {

namespace {

/// AWS's order, the least prepared first ("Disaster Recovery of Workloads on AWS", 2021).
std::vector<std::string> strategies() {
  std::vector<std::string> names;
  for (const std::string& line : lines_of(lifeboat({"list", "strategies"}).out)) {
    if (!line.starts_with("  ") || line.starts_with("   ")) continue;
    names.push_back(line.substr(2, line.find(' ', 2) - 2));
  }
  return names;
}

/// What `explain` says that a month costs, USD.
double monthly_cost(const std::string& strategy) {
  const Outcome outcome = lifeboat({"explain", strategy});
  REQUIRE(outcome.status == 0);
  check_text(outcome.out);
  for (const std::string& line : lines_of(outcome.out)) {
    if (!holds(line, " with " + strategy + " ") || !line.ends_with(" USD")) continue;
    std::string number = line.substr(0, line.size() - 4);
    number = number.substr(number.rfind(' ') + 1);
    number.erase(std::remove(number.begin(), number.end(), ','), number.end());
    return std::stod(number);
  }
  FAIL("no cost of " << strategy);
  return 0;
}

/// The reference failover at a fifth of its traffic.
nlohmann::json result_of(const std::string& strategy, const std::string& trials) {
  const Outcome outcome =
      lifeboat({"run", "lose-singapore", "--strategy", strategy, "--trials", trials, "--set",
                "traffic.shoppers.rate=8/s", "--format", "json", "--no-progress"});
  INFO(strategy << "\n" << outcome.err);
  REQUIRE((outcome.status == 0 || outcome.status == 2 || outcome.status == 4));
  CHECK(outcome.err.empty());  // not even a warning
  auto result = nlohmann::json::parse(outcome.out);
  CHECK(result.at("strategy") == strategy);
  return result;
}

}  // namespace

TEST_CASE("strategies are listed in AWS's order, and the reference's own is one", "[cli]") {
  const auto names = strategies();
  CHECK(names == std::vector<std::string>{"backup-restore", "pilot-light", "warm-standby",
                                          "hot-standby", "active-active"});
  for (const std::string& name : names) {
    INFO(name);
    const Outcome outcome = lifeboat({"explain", name});
    CHECK(holds(outcome.out, "What stands in syd:"));
    CHECK(holds(outcome.out, "What the runbook does"));
  }
}

TEST_CASE("an unknown strategy is refused with the nearest", "[cli]") {
  check_refused(lifeboat({"run", "--strategy", "warm-stanby"}), "did you mean warm-standby?");
  check_refused(lifeboat({"run", "--strategy", "xyzzy"}), "pilot-light");
  check_refused(lifeboat({"run", "--strategy"}), "needs a value");
}

TEST_CASE("a scenario without a strategy of its own has none to be replaced", "[cli]") {
  const Outcome outcome = lifeboat({"run", "smallest", "--strategy", "warm-standby"});
  check_refused(outcome, "there is no overlay of a strategy that \"warm-standby\" could stand in");
  CHECK(holds(outcome.err, "there is no runbook of a failover that \"warm-standby\""));
}

TEST_CASE("a strategy of another platform is refused in one line", "[cli]") {
  const TemporaryFolder folder;
  folder.write("s.json", R"({ "format": "lifeboat/scenario/1", "duration": "60s",
  "platform": [ { "format": "lifeboat/platform/1", "name": "till", "regions": { "home": { "code": "ap-southeast-1" } },
      "services": { "till": { "kind": "queue", "region": "home", "operations": { "serve": { "demand": "10ms" } } } },
      "journeys": { "visit": { "entry": "till.serve" } } },
    { "format": "lifeboat/overlay/1", "name": "own", "strategy": "nothing", "patch": {} } ],
  "runbooks": { "name": "own", "activate": "home", "deactivate": "home", "trigger": { "at": "+1s" }, "steps": {} },
  "traffic": { "visit": { "rate": "1/s" } } })");
  Call call = lifeboat_call({"run", "s.json", "--strategy", "warm-standby"});
  call.folder = folder.path();
  const Outcome outcome = run(call);
  check_refused(outcome, "the overlay is made for \"ecommerce\" and laid upon \"till\"");
}

TEST_CASE("the better prepared, the dearer: monthly costs rise in AWS's order", "[cli]") {
  double last = 0;
  for (const std::string& strategy : strategies()) {
    const double cost = monthly_cost(strategy);
    INFO(strategy << " " << cost << " after " << last);
    CHECK(cost > last);
    last = cost;
  }
}

// People and the database's promotion meet the same luck in all of them ("luck" of the runbooks),
// so that the order holds at few trials. In hot standby and active-active the last journey to
// recover is the one that waits for the database, in the same way.
TEST_CASE("the better prepared, the sooner: recovery times fall in AWS's order", "[cli][long]") {
  double last = 1e9;
  for (const std::string& strategy : strategies()) {
    const auto recovery = result_of(strategy, heavy() ? "10" : "3").at("recovery");
    const double rto = recovery.at("rto_s").at("mean").get<double>();
    INFO(strategy << " " << rto << " s after " << last << " s");
    CHECK(recovery.at("rto_s").at("censored") == 0);
    CHECK(recovery.at("rto_s").at("not_breached") == 0);
    if (strategy == "active-active") {
      CHECK(rto <= last + 60);  // two bins of 30 s
    } else {
      CHECK(rto < last);
    }
    last = rto;
  }
}

// Sixty minutes before the fault, and until somebody has promoted the database after it: who only
// looks is served by the other region once its health check and the names have seen the loss.
TEST_CASE("both regions serving, a loss moves its share without people", "[cli][long]") {
  const auto good_share = [](const nlohmann::json& result, const char* journey) {
    const auto& row = result.at("journeys").at(journey);
    return row.at("succeeded").get<double>() / row.at("offered").get<double>();
  };
  const auto active = result_of("active-active", "1");
  CHECK(active.at("journeys").at("product").at("served_by").at("syd") > 0);
  CHECK(good_share(active, "product") > 0.98);
  CHECK(good_share(active, "checkout") < 0.9);  // waits for the writer
  CHECK(good_share(result_of("warm-standby", "1"), "product") < 0.9);
}

}  // namespace lifeboat::tests
