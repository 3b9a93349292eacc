// Usage and price books held against a platform: what is wrong, and what a bill makes of meters.
#include "models/prices/billing.hpp"

#include "models/prices/bill.hpp"
#include "tests/models/platform/platform_text.hpp"

namespace lifeboat::models::prices {
namespace {

/// A till in one region, with a line of these keys.
std::string platform_text(const std::string& line, const std::string& code = "eu-west-1") {
  return R"({
  "format": "lifeboat/platform/1", "name": "p",
  "regions": { "home": { "code": ")" +
         code + R"(" } },
  "services": { "till": { "kind": "queue", "region": "home", "servers": 1,
                          "operations": { "serve": { "demand": "10ms" } } } },
  "journeys": { "visit": { "entry": "till.serve" } },
  "billing": {
    "priceBooks": { "format": "lifeboat/prices/1", "name": "b", "code": "eu-west-1", "date": "2026",
      "sources": { "list": { "what": "a list", "date": "2026" } },
      "prices": { "till": { "requests": { "what": "sales", "price": "2 USD/1k requests", "source": "list" },
                            "hours": { "what": "opening hours", "price": "0.5 USD/h", "source": "list" } } } },
    "usage": { "format": "lifeboat/usage/1", "name": "u", "region": "home", "categories": { "c": { "services": { "s": {
      "lines": { "l": { )" +
         line + R"( } } } } } } } } })";
}

void check_says(const std::string& line, std::string_view expected) {
  const auto read = tests::read_text(platform_text(line));
  INFO(line);
  for (const std::string& problem : read.lines()) UNSCOPED_INFO(problem);
  CHECK(read.says(expected));
}

const std::string kSound =
    R"("price": "till.requests", "quantity": "50k requests", "basis": "guess")";

MonthlyUse use(double quantity) { return {"till", "home", "requests", "requests", quantity}; }

}  // namespace

TEST_CASE("a line that names what is not there is refused with the nearest name", "[unit]") {
  check_says(R"("price": "till.request", "quantity": "5 requests", "basis": "guess")",
             "b has no price \"till.request\" (expected product and item: \"alb.hours\"; did you "
             "mean \"till.requests\"?)");
  check_says(R"("price": "till.requests", "quantity": "5 h", "basis": "guess")",
             "the price is for requests, not for h");
  check_says(R"("price": "till.requests", "quantity": "5 requests", "basis": "gues")",
             "did you mean \"guess\"?");
  check_says(R"("price": "till.requests", "quantity": "5 requests")", "basis");
  check_says(kSound + R"(, "region": "hom")", "did you mean \"home\"?");
  check_says(kSound + R"(, "region": "global")", "no price book for region \"global\"");
  check_says(kSound + R"(, "meters": "till.request")", "did you mean \"requests\"?");
  check_says(kSound + R"(, "meters": "tell.requests")", "did you mean \"till\"?");
  check_says(kSound + R"(, "meters": "till@home")", "names no meter");
  check_says(kSound + R"(, "meters": "till@hom.requests")", "did you mean \"home\"?");
  check_says(kSound + R"(, "each": "2 requests")", "nothing is metered");
  check_says(kSound + R"(, "meters": "till.requests", "each": "2 h")",
             "the price is for requests, not for h");
  check_says(
      R"("price": "till.hours", "quantity": "5 h", "basis": "guess", "meters": "till.requests")",
      "the meter counts requests, the price is for h");
}

TEST_CASE("a region without a price book is refused", "[unit]") {
  const auto read = tests::read_text(platform_text(kSound, "eu-west-2"));
  CHECK(read.says("no price book for region \"home\""));
}

TEST_CASE("a parameter that the price was not made for is a warning, not an error", "[unit]") {
  const auto read = tests::read_text(
      platform_text(kSound + R"(, "assumes": { "till@home.discipline": "lifo" })"));
  CHECK(read.says("priced for \"lifo\", but till has none"));
  CHECK_FALSE(read.problems.has_errors());
}

TEST_CASE("a platform without a billing has no bill, and one without prices is refused", "[unit]") {
  std::string text = platform_text(kSound);
  const std::size_t billing = text.find("\"billing\"");
  text = text.substr(0, text.rfind(',', billing)) + "}";
  CHECK(tests::sound_text(text).platform.billing == nullptr);
  text.pop_back();
  CHECK(tests::read_text(text + R"(, "billing": {} })").says("missing: what is used"));
}

// 50,000 at 2 USD a thousand are 100 USD; a run of 12,345.6 requests a month, three billed each,
// uses 37,036.8: 74.07 USD.
TEST_CASE("a line costs what is declared, and beside it what its meters say", "[unit]") {
  const auto loaded = tests::sound_text(
      platform_text(kSound + R"(, "meters": "till@home.requests", "each": "3 requests")"));
  const SimulatedUse simulated{10, {use(12'345.6)}};
  const Bill bill = make_bill(*loaded.platform.billing, &simulated);
  const BillLine& line = bill.parts.at(0).categories.at(0).services.at(0).lines.at(0);
  CHECK(line.title == "sales");
  CHECK(line.declared_cost.count == 10000);
  REQUIRE(line.simulated);
  CHECK(line.simulated->micro == 37'036'800'000);
  CHECK(line.simulated_cost.count == 7407);
  CHECK(bill.total.declared.count == 10000);
  CHECK(bill.total.simulated.count == 7407);
  CHECK(bill.unbilled.empty());
}

TEST_CASE("a line without a meter counts as declared, and the meter is told", "[unit]") {
  const auto loaded = tests::sound_text(platform_text(kSound));
  const SimulatedUse simulated{10, {use(7), use(0)}};
  const Bill bill = make_bill(*loaded.platform.billing, &simulated);
  const BillLine& line = bill.parts.at(0).categories.at(0).services.at(0).lines.at(0);
  CHECK_FALSE(line.metered);
  CHECK_FALSE(line.simulated);
  CHECK(bill.total.simulated == bill.total.declared);
  CHECK(bill.unbilled.size() == 1);  // what used nothing is not worth a word
}

TEST_CASE("a star covers every service that has the meter, in its region only", "[unit]") {
  MeterName name{"*", "sg", "vcpu-hours", {}};
  CHECK(name.covers("web", "sg", "vcpu-hours"));
  CHECK_FALSE(name.covers("web", "syd", "vcpu-hours"));
  CHECK_FALSE(name.covers("web", "sg", "gb-hours"));
  name.region.clear();
  CHECK(name.covers("web", "syd", "vcpu-hours"));
  name.service = "app";
  CHECK_FALSE(name.covers("web", "syd", "vcpu-hours"));
}

}  // namespace lifeboat::models::prices
