// The reference platform's bill against the published one, category by category, to the cent. The
// published figures stand here, not in the files under test.
#include <map>

#include "models/platform/platform.hpp"
#include "models/prices/bill.hpp"
#include "tests/catch.hpp"
#include "tests/models/platform/platform_text.hpp"

namespace lifeboat::models::prices {
namespace {

Bill reference_bill(const std::vector<std::string>& overlays = {}) {
  const auto folder = tests::source_dir() / "models/platforms";
  std::vector<std::filesystem::path> files{folder / "ecommerce.json"};
  for (const std::string& overlay : overlays) files.push_back(folder / overlay);
  io::Problems problems;
  const auto loaded = load_platform(files, {}, problems);
  for (const std::string& line : problems.lines()) UNSCOPED_INFO(line);
  REQUIRE(problems.empty());
  REQUIRE(loaded);
  REQUIRE(loaded->platform.billing);
  return make_bill(*loaded->platform.billing);
}

template <class Visit>
void each_line(const BillPart& part, const Visit& visit) {
  for (const BillCategory& category : part.categories) {
    for (const BillService& service : category.services) {
      for (const BillLine& line : service.lines) visit(category, line);
    }
  }
}

}  // namespace

TEST_CASE("each category of the reference bill is the published one to the cent", "[oracle]") {
  const std::vector<std::pair<std::string, std::int64_t>> published = {
      {"DNS & edge", 27275},
      {"Authentication & load balancing", 30905},
      {"Compute", 136740},
      {"API & integration", 90650},
      {"Data storage", 227630},
      {"Caching", 222658},
      {"AI/ML & analytics", 553918},
      {"Monitoring & security", 146905},
      {"Backup & disaster recovery", 15590},
      {"Data transfer", 4000}};
  const Bill bill = reference_bill();
  const BillPart& part = bill.parts.at(0);
  REQUIRE(part.categories.size() == published.size());
  for (std::size_t i = 0; i < published.size(); ++i) {
    const BillCategory& category = part.categories[i];
    INFO(category.title);
    CHECK(category.title == published[i].first);
    CHECK(category.total.declared.count == published[i].second);
    CHECK(category.published == Cents{published[i].second});
  }
}

TEST_CASE("the reference bill is 14,562.71 a month, 174,752.52 a year, 19,659.66 SGD", "[oracle]") {
  const Bill bill = reference_bill();
  CHECK(bill.total.declared.count == 1456271);
  CHECK((bill.total.declared * 12).count == 17475252);
  REQUIRE(bill.exchange.size() == 1);
  CHECK(bill.exchange[0].first == "SGD");
  CHECK(exchanged(bill.total.declared, bill.exchange[0].second).count == 1965966);
}

TEST_CASE("totals of the reference bill are the sums of what is printed beneath them",
          "[property]") {
  const Bill bill = reference_bill({"pilot-light.overlay.json"});
  BillTotal all;
  for (const BillPart& part : bill.parts) {
    std::map<std::string, Cents> by_category;
    each_line(part, [&](const BillCategory& category, const BillLine& line) {
      by_category[category.name] += line.declared_cost;
    });
    for (const BillCategory& category : part.categories) {
      CHECK(category.total.declared == by_category[category.name]);
      CHECK(category.total.simulated == category.total.declared);  // nothing was run
    }
    all += part.total;
  }
  CHECK(all.declared == bill.total.declared + bill.apart.declared);
}

TEST_CASE("every category says which quantity was fitted, and every price has a source", "[unit]") {
  const Bill bill = reference_bill();
  std::map<std::string, int> fitted;
  for (const BillPart& part : bill.parts) {
    each_line(part, [&](const BillCategory& category, const BillLine& line) {
      INFO(category.name << " " << line.name);
      CHECK_FALSE(line.source.empty());
      CHECK_FALSE(line.price_text.empty());
      fitted[category.name] += line.basis == "fitted" ? 1 : 0;
    });
  }
  for (const BillCategory& category : bill.parts.at(0).categories) {
    INFO(category.name);
    CHECK(fitted[category.name] >= 1);
  }
}

// 3 NAT gateways of 730 h at 0.059 are 129.21; the pilot light without what is published for data
// alone is 835.00 - 155.90 = 679.10.
TEST_CASE("what the published bill leaves out is priced and kept apart", "[oracle]") {
  CHECK(reference_bill({"pilot-light.overlay.json"}).parts.at(2).total.declared.count == 67910);
  const Bill bill = reference_bill();
  REQUIRE(bill.parts.size() == 2);
  const BillPart& apart = bill.parts[1];
  CHECK_FALSE(apart.apart.empty());
  CHECK(bill.apart.declared == apart.total.declared);
  std::map<std::string, std::int64_t> cents;
  each_line(apart, [&](const BillCategory&, const BillLine& line) {
    cents[line.price + "@" + line.region] += line.declared_cost.count;
  });
  CHECK(cents["nat-gateway.hours@sg"] == 12921);
  CHECK(cents["vpc.public-ipv4-hours@sg"] == 2190);
  CHECK(cents["vpc.endpoint-hours@sg"] == 17082);
}

// Reconstruction with us-east-1 prices: brokers 459.90, storage 30.00, REST 350.00, events 50.00,
// queue 29 M x 0.40 = 11.60, topics 5.00 make 906.50.
TEST_CASE("another platform with another price book makes a bill of its own", "[oracle]") {
  const std::string books = (tests::source_dir() / "models/prices/aws-us-east-1.json").string();
  const auto line = [](const std::string& name, const std::string& price,
                       const std::string& quantity, const std::string& more = "") {
    return "\"" + name + R"(": { "price": ")" + price + R"(", "quantity": ")" + quantity +
           R"(", "basis": "guess")" + more + " }";
  };
  const auto loaded = tests::sound_text(
      R"({ "format": "lifeboat/platform/1", "name": "other", "regions": { "east": { "code": "us-east-1" } },
  "services": { "till": { "kind": "queue", "region": "east", "operations": { "serve": { "demand": "10ms" } } } },
  "journeys": { "visit": { "entry": "till.serve" } },
  "billing": { "priceBooks": ")" +
      books + R"(", "usage": { "format": "lifeboat/usage/1", "name": "u", "region": "east",
  "categories": { "integration": { "services": { "all": { "lines": { )" +
      line("a", "msk.kafka-m5-large", "2190 h") + "," +
      line("b", "msk.storage-gb", "300 GB-month") + "," +
      line("c", "api-gateway.rest-requests", "100M requests") + "," +
      line("d", "eventbridge.events", "50M events") + "," +
      line("e", "sqs.standard-requests", "30M requests", R"(, "takesFree": true)") + "," +
      line("f", "sns.requests", "10M requests") + " } } } } } } } }");
  const Bill bill = make_bill(*loaded.platform.billing);
  CHECK(bill.total.declared.count == 90650);
}

}  // namespace lifeboat::models::prices
