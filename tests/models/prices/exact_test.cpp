// Money to the cent: texts, products, rounding.
#include "models/prices/exact.hpp"

#include <random>

#include "tests/catch.hpp"

namespace lifeboat::models::prices {
namespace {

Cents cost(std::string_view quantity, std::string_view price) {
  ExactSum sum;
  sum.add(parse_quantity(quantity).value().quantity, parse_price(price).value().price);
  return sum.rounded();
}

std::string complaint(std::string_view price) {
  const auto parsed = parse_price(price);
  return parsed ? "" : parsed.complaint().text;
}

}  // namespace

TEST_CASE("a quantity is read exactly, with k and M for thousands and millions", "[unit]") {
  CHECK(parse_quantity("0.94 GB-month").value().quantity.micro == 940'000);
  CHECK(parse_quantity("50M requests").value().quantity.micro == 50'000'000'000'000);
  CHECK(parse_quantity("1.5k users").value().quantity.micro == 1'500'000'000);
  CHECK(parse_quantity("1e3 h").value().quantity.micro == 1'000'000'000);
  CHECK(parse_quantity("0.000005 GB").value().quantity.micro == 5);
  CHECK(parse_quantity("7681317 GB-s").value().unit == "GB-s");
}

TEST_CASE("a quantity that is none, too fine, too large or negative is a complaint", "[unit]") {
  for (const char* text :
       {"", "GB", "5", "5M", "5 M", "5k", "five GB", "5 GB/s", "5 GB month", "nan GB", "5 -"}) {
    INFO(text);
    CHECK_FALSE(parse_quantity(text).ok());
  }
  for (const char* text : {"0.0000001 GB", "1e13 GB", "99999999999999999999 GB", "-1 GB"}) {
    INFO(text);
    CHECK_FALSE(parse_quantity(text).ok());
  }
}

TEST_CASE("a price is read exactly for one unit", "[unit]") {
  CHECK(parse_price("0.0252 USD/h").value().price.femto == 25'200'000'000'000);
  CHECK(parse_price("4.25 USD/1M requests").value().price.femto == 4'250'000'000);
  CHECK(parse_price("0.0120 USD/10k requests").value().price.femto == 1'200'000'000);
  CHECK(parse_price("1.66667e-5 USD/GB-s").value().price.femto == 16'666'700'000);
  CHECK(parse_price("0 USD/plan-month").value().price.femto == 0);
  CHECK(parse_price("0.10 USD/3 GB").ok() == false);  // a third is no decimal
  CHECK(complaint("0.10 EUR/GB") == "\"0.10 EUR/GB\" is not in USD");
  CHECK(complaint("0.10 USD") == "\"0.10 USD\" does not say for what");
  CHECK(complaint("0.10 USD/") == "\"0.10 USD/\" does not say for what");
  CHECK(complaint("-0.10 USD/GB") == "\"-0.10 USD/GB\" is negative");
  CHECK(complaint("10000 USD/h") ==
        "\"10000 USD/h\" is too large, or has more than 15 decimals for one unit");
  CHECK(complaint("dear") == "\"dear\" is no price");
}

// 0.05 x 0.1 = 0.005 is a half cent, and goes up; 0.04 x 0.1 = 0.004 is not.
TEST_CASE("a product is rounded once, half up", "[unit]") {
  CHECK(cost("0.05 GB", "0.1 USD/GB").count == 1);
  CHECK(cost("0.04 GB", "0.1 USD/GB").count == 0);
  CHECK(cost("0.15 GB", "0.1 USD/GB").count == 2);  // 0.015: as a double just below
  CHECK(cost("118k requests", "0.0055 USD/1k requests").count == 65);
  CHECK(cost("7681317 GB-s", "1.66667e-5 USD/GB-s").count == 12802);
}

// (2^63 - 1)^2 = 85070591730234615847396907784232501249, in 10^-19 cents.
TEST_CASE("the largest product there is does not wrap", "[unit]") {
  ExactSum sum;
  sum.add(Quantity{INT64_MAX}, UnitPrice{INT64_MAX});
  CHECK(sum.rounded().count == 8'507'059'173'023'461'585);
}

// Against long division by hand of the digits: whole cents of random prices with two decimals.
TEST_CASE("whole cents times whole units are exact for all sizes", "[property]") {
  std::mt19937_64 random(7);
  for (int i = 0; i < 10'000; ++i) {
    const auto units = static_cast<std::int64_t>(random() % 9'000'000);
    const auto cents = static_cast<std::int64_t>(random() % 900'000);
    ExactSum sum;
    sum.add(Quantity{units * 1'000'000}, UnitPrice{cents * 10'000'000'000'000});
    REQUIRE(sum.rounded().count == units * cents);
  }
}

TEST_CASE("money and quantities are shown with all their digits", "[unit]") {
  CHECK(to_text(Cents{1456271}) == "14,562.71");
  CHECK(to_text(Cents{5}) == "0.05");
  CHECK(to_text(Cents{-12345}) == "-123.45");
  CHECK(to_text(Quantity{7'681'317'000'000}) == "7,681,317");
  CHECK(to_text(Quantity{940'000}) == "0.94");
  CHECK(to_text(Quantity{1'000'005}) == "1.000005");
}

TEST_CASE("an exchange is rounded to the cent, and only a plain rate is one", "[unit]") {
  CHECK(exchanged(Cents{1456271}, parse_exchange_rate("1.35").value()).count == 1965966);
  CHECK(exchanged(Cents{-1456271}, 1'350'000).count == -1965966);
  for (const char* text : {"", "0", "-1", "1.35 SGD", "x", "1e9", "1.0000001"}) {
    INFO(text);
    CHECK_FALSE(parse_exchange_rate(text).ok());
  }
}

TEST_CASE("a unit and its plural are the same, and no others", "[unit]") {
  CHECK(same_unit("request", "requests"));
  CHECK(same_unit("zone-months", "zone-month"));
  CHECK_FALSE(same_unit("GB", "GB-s"));
  CHECK_FALSE(same_unit("h", "hour"));
}

}  // namespace lifeboat::models::prices
