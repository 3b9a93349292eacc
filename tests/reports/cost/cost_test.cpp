// The cost of a run: meters scaled to a month, and the same figures in text, JSON and page.
#include <fstream>

#include <nlohmann/json.hpp>

#include "reports/document/document.hpp"
#include "reports/studies/prepare.hpp"
#include "reports/studies/run_study.hpp"
#include "reports/text/bill_text.hpp"
#include "reports/text/text_report.hpp"
#include "tests/catch.hpp"
#include "tests/main/temporary_folder.hpp"

namespace lifeboat::reports {
namespace {

// One task of 1 vCPU, always; 10 requests a second; storage without a meter.
const std::string kPlatform = R"({
  "format": "lifeboat/platform/1", "name": "shop",
  "regions": { "home": { "code": "eu-west-1" } },
  "services": { "web": { "kind": "ecs-fargate", "cpu": "1 vCPU", "memory": "2 GiB", "desiredCount": 1,
                         "operations": { "page": { "steps": [ { "cpuTime": "1ms" } ] } }, "region": "home" } },
  "journeys": { "page": { "entry": "web.page" } },
  "billing": { "priceBooks": "book.json", "usage": "usage.json" } })";
const std::string kBook = R"({
  "format": "lifeboat/prices/1", "name": "book", "code": "eu-west-1", "date": "2026",
  "sources": { "list": { "what": "a list", "date": "2026" } },
  "prices": { "fargate": { "vcpu-hours": { "what": "processors", "price": "0.05 USD/vCPU-h", "source": "list" } },
              "s3": { "storage": { "what": "stored data", "price": "0.02 USD/GB-month", "source": "list",
                                   "guess": "0.01 to 0.03 USD/GB-month" } } } })";
const std::string kUsage = R"({
  "format": "lifeboat/usage/1", "name": "usage", "region": "home",
  "categories": { "all": { "title": "All of it", "services": { "all": { "lines": {
    "processors": { "price": "fargate.vcpu-hours", "quantity": "1460 vCPU-h", "basis": "guess", "meters": "web.vcpu-hours" },
    "storage": { "price": "s3.storage", "quantity": "500 GB-month", "basis": "guess" } } } } } } })";
const std::string kScenario = R"({
  "format": "lifeboat/scenario/1", "platform": "shop.json", "warmup": "1m", "duration": "30m",
  "traffic": { "page": { "rate": "10/s" } })";

class Shop {
 public:
  explicit Shop(const std::string& more = "") {
    write("shop.json", kPlatform);
    write("book.json", kBook);
    write("usage.json", kUsage);
    write("s.json", kScenario + more + " }");
  }
  [[nodiscard]] Study run(std::uint32_t trials) {
    models::io::Problems problems;
    input_ = prepare_run(folder_.path() / "s.json", {}, problems);
    for (const std::string& line : problems.lines()) UNSCOPED_INFO(line);
    REQUIRE(input_);
    StudyOptions options;
    options.trials = trials;
    return run_study(*input_, options);
  }
  [[nodiscard]] const RunInput& input() const { return *input_; }

 private:
  void write(const std::string& name, const std::string& text) {
    std::ofstream(folder_.path() / name) << text;
  }
  tests::TemporaryFolder folder_;
  std::optional<RunInput> input_;
};

}  // namespace

// A task of 1 vCPU all the time is 730 vCPU-h a month: 36.50. Declared are two: 73.00. Storage has
// no meter: 10.00 on both sides. Half an hour is 1/1460 of a month: 46.50 / 1460 = 0.03.
TEST_CASE("a run's month follows from its meters, and the run costs its share of it", "[unit]") {
  Shop shop;
  const Study study = shop.run(2);
  REQUIRE(study.report.cost);
  const CostReport& cost = *study.report.cost;
  CHECK(cost.bill.total.declared.count == 8300);
  CHECK(cost.bill.total.simulated.count == 4650);
  CHECK(cost.run_hours == Approx(0.5));
  CHECK(cost.run.count == 3);
  CHECK(cost.bill.hours == Approx(1.0));  // of both trials
}

TEST_CASE("text and JSON of a run show the same cost", "[unit]") {
  Shop shop;
  const Study study = shop.run(1);
  const auto json = nlohmann::json::parse(result_document(study.report)).at("cost");
  CHECK(json.at("declared_monthly_usd") == 83.0);
  CHECK(json.at("simulated_monthly_usd") == 46.5);
  CHECK(json.at("run_usd") == 0.03);
  CHECK(json.at("categories").at("all").at("declared_usd") == 83.0);
  CHECK(json.at("categories").at("all").at("simulated_usd") == 46.5);
  const auto& lines =
      json.at("parts").at(0).at("categories").at(0).at("services").at(0).at("lines");
  CHECK(lines.at(0).at("simulated") == 730.0);
  CHECK(lines.at(1).at("metered") == false);
  CHECK(lines.at(1).at("simulated").is_null());
  const std::string text = text_report(study.report, {});
  CHECK(text.find("A month like it       46.50 USD") != std::string::npos);
  CHECK(text.find("All of it") != std::string::npos);
  const auto page = nlohmann::json::parse(page_data(study.report, shop.input()));
  CHECK(page.at("result").at("cost") == json);
}

// 46.50 a month in every trial.
TEST_CASE("an objective on cost is judged by the month at a run's pace", "[unit]") {
  Shop shop(R"(, "objectives": [ "cost < 46.6 USD/month", "cost < 46.4 USD/month" ])");
  const Study study = shop.run(3);
  REQUIRE(study.report.objectives.size() == 2);
  CHECK(study.report.objectives[0].verdict == Verdict::kMet);
  CHECK(study.report.objectives[0].estimate == Approx(46.5));
  CHECK(study.report.objectives[0].unit == "USD/month");
  CHECK(study.report.objectives[1].verdict == Verdict::kMissed);
}

TEST_CASE("prices without a published source are among the values that a run rests on", "[unit]") {
  Shop shop;
  (void)shop.run(1);
  const auto& values = shop.input().unsourced;
  const bool found = std::any_of(values.begin(), values.end(), [](const UnsourcedValue& value) {
    return value.path == "price s3.storage in home" && value.value == "0.02 USD/GB-month";
  });
  CHECK(found);
}

TEST_CASE("the files of a bill are among a run's inputs, under names that its platform uses",
          "[unit]") {
  Shop shop;
  (void)shop.run(1);
  std::vector<std::string> names;
  for (const auto& [name, text] : shop.input().inputs) names.push_back(name);
  CHECK(std::count(names.begin(), names.end(), "book.json") == 1);
  CHECK(std::count(names.begin(), names.end(), "usage.json") == 1);
}

TEST_CASE("quantities are shown in few characters", "[unit]") {
  using models::prices::Quantity;
  constexpr std::int64_t kOne = 1'000'000;
  CHECK(exact_words(Quantity{50'000'000 * kOne}) == "50M");
  CHECK(exact_words(Quantity{2'628'000 * kOne}) == "2,628k");
  CHECK(exact_words(Quantity{2190 * kOne}) == "2,190");
  CHECK(exact_words(Quantity{940'000}) == "0.94");
  CHECK(rounded_words(Quantity{92'474'000 * kOne}) == "92.47M");
  CHECK(rounded_words(Quantity{118'000 * kOne}) == "118k");
  CHECK(rounded_words(Quantity{24'820 * kOne}) == "24,820");
  CHECK(rounded_words(Quantity{}) == "0");
}

}  // namespace lifeboat::reports
