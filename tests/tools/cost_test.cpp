// The command `cost`, as a person runs it.
#include <fstream>

#include <nlohmann/json.hpp>

#include "tests/catch.hpp"
#include "tests/main/temporary_folder.hpp"
#include "tests/tools/lifeboat.hpp"

namespace lifeboat::tests {

TEST_CASE("cost prints the reference bill by category, service and line", "[cli]") {
  const Outcome outcome = lifeboat({"cost"});
  CHECK(outcome.status == 0);
  CHECK(outcome.err.empty());
  check_text(outcome.out);
  CHECK(outcome.out.starts_with("ecommerce: 14,562.71 USD a month, 174,752.52 USD a year\n"));
  CHECK(holds(outcome.out, "19,659.66 SGD a month, at 1.35 SGD for a dollar"));
  CHECK(holds(outcome.out, "; the lines sum to it."));
  CHECK(
      holds(outcome.out,
            "\nAI/ML & analytics                                                     5,539.18\n"));
  CHECK(holds(outcome.out, "\n  Fraud Detector "));
  CHECK(holds(outcome.out, "100k predictions x 0.03+            3,000.00 g\n"));
  CHECK(holds(outcome.out, "NAT gateway hours"));
  CHECK(outcome.out == lifeboat({"cost", "ecommerce"}).out);
}

TEST_CASE("cost works from another folder, on a file, and shows another rate", "[cli]") {
  const TemporaryFolder folder;
  Call call = lifeboat_call({"cost", "--sgd", "1.3"});
  call.folder = folder.path();
  const Outcome outcome = run(call);
  CHECK(outcome.status == 0);
  CHECK(holds(outcome.out, "18,931.52 SGD a month, at 1.3 SGD for a dollar"));
  CHECK_FALSE(holds(outcome.out, "at 1.35 SGD"));
  call = lifeboat_call({"cost", (source_dir() / "models/platforms/ecommerce.json").string()});
  call.folder = folder.path();
  CHECK(run(call).out == lifeboat({"cost"}).out);
}

TEST_CASE("cost takes overlays, and prices what they add", "[cli]") {
  const Outcome outcome = lifeboat({"cost", "ecommerce", "pilot-light"});
  CHECK(outcome.status == 0);
  check_text(outcome.out);
  CHECK(holds(outcome.out, "14,562.71"));
  CHECK(holds(outcome.out, "Sydney: caches"));
}

TEST_CASE("cost --format json is one document whose lines sum to its totals", "[cli]") {
  const Outcome outcome = lifeboat({"cost", "--format", "json"});
  CHECK(outcome.status == 0);
  const auto bill = nlohmann::json::parse(outcome.out);
  CHECK(bill.at("format") == "lifeboat/bill/1");
  CHECK(bill.at("declared_monthly_usd") == 14562.71);
  CHECK(bill.at("declared_yearly_usd") == 174752.52);
  CHECK(bill.at("exchange").at("SGD").at("declared_monthly") == 19659.66);
  double sum = 0;
  for (const auto& category : bill.at("parts").at(0).at("categories")) {
    for (const auto& service : category.at("services")) {
      for (const auto& line : service.at("lines")) sum += line.at("declared_usd").get<double>();
    }
  }
  CHECK(sum == Approx(14562.71));
  CHECK(bill.at("parts").at(1).at("apart").is_string());
}

TEST_CASE("cost --scenario stands what a run used beside what is declared", "[cli]") {
  const std::vector<std::string> words{"cost",        "--scenario", "steady-hour", "--set",
                                       "duration=1m", "--set",      "warmup=1m"};
  const Outcome outcome = lifeboat(words);
  CHECK(outcome.status == 0);
  check_text(outcome.out);
  CHECK(holds(outcome.out, "60 s measured and scaled to 730 h"));
  CHECK(holds(outcome.out, "not metered"));
  CHECK(holds(outcome.out, "declared         USD   simulated         USD"));
  // Nodes are there whatever the traffic.
  CHECK(holds(outcome.out,
              "    Redis cache.r6g.large            4,380    1,081.86       4,380    1,081.86 f"));
  CHECK(outcome.out == lifeboat(words).out);
}

TEST_CASE("a mistake on the command line of cost is told with what was meant", "[cli]") {
  check_refused(lifeboat({"cost", "ecomerce"}), "did you mean ecommerce?");
  check_refused(lifeboat({"cost", "smallest"}), "mm1 has no \"billing\"");
  check_refused(lifeboat({"cost", "--scenario", "wek"}), "did you mean week?");
  check_refused(lifeboat({"cost", "--scenario", "smallest"}), "has no \"billing\"");
  check_refused(lifeboat({"cost", "smallest", "--scenario", "steady-hour"}),
                "runs on ecommerce, not on mm1");
  check_refused(lifeboat({"cost", "--sgd", "zero"}), "\"zero\" is no rate of exchange");
  check_refused(lifeboat({"cost", "--sgd", "-1"}), "--sgd");
  check_refused(lifeboat({"cost", "--format", "jsno"}), "did you mean json?");
  check_refused(lifeboat({"cost", "--trials", "3"}), "--trials needs --scenario");
  check_refused(lifeboat({"cost", "--set", "billing.pricebooks=x"}), "priceBooks");
  check_refused(lifeboat({"cost", "--set", "platform.billing.priceBooks=nowhere.json"}),
                "nowhere.json");
}

TEST_CASE("a file that is empty or no platform is refused by cost", "[cli]") {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "empty.json").string();
  std::ofstream{path};
  check_refused(lifeboat({"cost", path}), "empty.json");
  check_refused(lifeboat({"cost", (source_dir() / "models/prices/aws-global.json").string()}),
                "lifeboat/platform/1");
}

TEST_CASE("a reader that closes the pipe of cost is no error", "[cli]") {
  const Outcome outcome =
      run({.program = "/bin/sh",
           .words = {"-c", "\"$0\" cost | head -n 1", lifeboat_binary().string()}});
  CHECK(outcome.status == 0);
  CHECK(outcome.err.empty());
  CHECK(lines_of(outcome.out).size() == 1);
}

TEST_CASE("a changed instance class is a warning of cost, since the price names another", "[cli]") {
  const Outcome outcome =
      lifeboat({"cost", "--set", "services.orders-db.dbInstanceClass=db.r6g.2xlarge"});
  CHECK(outcome.status == 0);
  CHECK(holds(outcome.err, "priced for \"db.r6g.xlarge\", but orders-db has \"db.r6g.2xlarge\""));
}

}  // namespace lifeboat::tests
