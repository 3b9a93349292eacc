// What an item costs, and what the reader of price books says of mistakes.
#include "models/prices/price_book.hpp"

#include <random>

#include "tests/catch.hpp"
#include "tests/models/io/io.hpp"

namespace lifeboat::models::prices {
namespace {

constexpr std::int64_t kOne = 1'000'000;  // in millionths

/// A book of one item "p.i" with these keys beside what every item has.
std::string book_text(const std::string& keys) {
  return R"({ "format": "lifeboat/prices/1", "name": "b", "code": "r", "date": "2026",
  "sources": { "list": { "what": "a list", "date": "2026" } },
  "prices": { "p": { "i": { "what": "things", "source": "list", )" +
         keys + " } } } }";
}

PriceBook read(const std::string& text, tests::Lines& lines) {
  io::Problems problems;
  PriceBook book = read_price_book(tests::parse(text, problems), problems);
  lines = problems.lines();
  return book;
}

PriceItem item_of(const std::string& keys) {
  tests::Lines lines;
  const PriceBook book = read(book_text(keys), lines);
  for (const std::string& line : lines) UNSCOPED_INFO(line);
  REQUIRE(lines.empty());
  REQUIRE(book.find("p.i") != nullptr);
  return *book.find("p.i");
}

void check_book_says(const std::string& text, std::string_view expected) {
  tests::Lines lines;
  (void)read(text, lines);
  INFO(text);
  REQUIRE_FALSE(lines.empty());
  INFO(lines.front());
  CHECK(lines.front().find(expected) != std::string::npos);
}

std::int64_t cents(const PriceItem& item, std::int64_t units, bool takes_free = false) {
  return charge(item, Quantity{units * kOne}, takes_free).amount.count;
}

const std::string kBands =
    R"("bands": [ { "upTo": "100 GB", "price": "1 USD/GB" }, { "upTo": "300 GB", "price": "0.5 USD/GB" },
    { "price": "0.25 USD/GB" } ])";

}  // namespace

// 100 x 1 + 200 x 0.5 + 100 x 0.25 = 225.
TEST_CASE("each part of a quantity is billed at the price of its band", "[unit]") {
  const PriceItem item = item_of(kBands);
  CHECK(cents(item, 0) == 0);
  CHECK(cents(item, 100) == 10000);
  CHECK(cents(item, 101) == 10050);
  CHECK(cents(item, 300) == 20000);
  CHECK(cents(item, 400) == 22500);
}

TEST_CASE("what is free is taken off only where a line takes it, before the bands", "[unit]") {
  const PriceItem item = item_of(kBands + R"(, "free": "50 GB")");
  CHECK(cents(item, 400) == 22500);
  CHECK(cents(item, 400, true) == 21250);
  CHECK(cents(item, 40, true) == 0);
  CHECK(charge(item, Quantity{40 * kOne}, true).billed == Quantity{});
}

TEST_CASE("a minimum is billed at least, and increments are billed whole", "[unit]") {
  const PriceItem least = item_of(R"("price": "1 USD/GB", "minimum": "10 GB")");
  CHECK(cents(least, 0) == 1000);
  CHECK(cents(least, 11) == 1100);
  const PriceItem whole = item_of(R"("price": "1 USD/GB", "increment": "4 GB")");
  CHECK(cents(whole, 0) == 0);
  CHECK(cents(whole, 1) == 400);
  CHECK(cents(whole, 4) == 400);
  CHECK(cents(whole, 5) == 800);
}

TEST_CASE("more of something never costs less", "[property]") {
  std::mt19937_64 random(11);
  const PriceItem item = item_of(kBands + R"(, "free": "20 GB", "minimum": "5 GB")");
  for (int i = 0; i < 10'000; ++i) {
    const Quantity less{static_cast<std::int64_t>(random() % (500 * kOne))};
    const Quantity more{less.micro + static_cast<std::int64_t>(random() % (10 * kOne))};
    for (const bool free : {false, true}) {
      REQUIRE(charge(item, less, free).amount <= charge(item, more, free).amount);
    }
  }
}

TEST_CASE("a mistake in a price book is told with its line, its pointer and what was meant",
          "[unit]") {
  check_book_says(book_text(R"("pirce": "1 USD/GB")"), "exactly one");
  check_book_says(book_text(R"("price": "1 USD/GB", "mimimum": "1 GB")"),
                  "did you mean \"minimum\"?");
  check_book_says(book_text(R"("price": "1 USD/GB", "minimum": "1 h")"),
                  "t.json:3: /prices/p/i/minimum: the price is for GB, not for h");
  check_book_says(book_text(R"("price": 1)"), "/prices/p/i/price");
  check_book_says(book_text(R"("price": "1 USD")"), "does not say for what");
  check_book_says(book_text(R"("bands": [])"), "no bands");
  check_book_says(book_text(R"("bands": [ { "price": "1 USD/GB" }, { "price": "2 USD/GB" } ])"),
                  "the bands do not ascend");
  check_book_says(book_text(R"("bands": [ { "upTo": "1 GB", "price": "1 USD/GB" } ])"),
                  "the last band ends");
  check_book_says(
      book_text(R"("bands": [ { "upTo": "1 GB", "price": "1 USD/GB" }, { "price": "2 USD/h" } ])"),
      "the bands before are for GB");
  std::string other = book_text(R"("price": "1 USD/GB")");
  other.replace(other.find(R"("source": "list")"), 16, R"("source": "lits")");
  check_book_says(other, "did you mean \"list\"?");
  check_book_says("{}", "format");
  check_book_says("[]", "");
}

}  // namespace lifeboat::models::prices
