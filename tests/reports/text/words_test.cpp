#include "reports/text/words.hpp"

#include <limits>

#include "tests/catch.hpp"

namespace lifeboat::reports {

TEST_CASE("Durations are printed in the unit that fits", "[unit]") {
  CHECK(duration_words(0) == "0 s");
  CHECK(duration_words(0.000448) == "0.448 ms");
  CHECK(duration_words(0.46052) == "460.5 ms");
  CHECK(duration_words(0.9999) == "1 s");
  CHECK(duration_words(12.34) == "12.3 s");
  CHECK(duration_words(2094) == "34.9 min");
  CHECK(duration_words(3600) == "60 min");
  CHECK(duration_words(4 * 3600) == "4 h");
  CHECK(duration_words(11640) == "3 h 14 min");
  CHECK(duration_words(3599.0 * 2) == "2 h");
  CHECK(duration_words(4 * 86400 + 3600 * 4) == "4 d 4 h");
  CHECK(duration_words(std::numeric_limits<double>::infinity()) == "never");
  CHECK(duration_words(std::numeric_limits<double>::quiet_NaN()) == "unknown");
  CHECK(duration_words(-90) == "-90 s");
}

TEST_CASE("A share near one shows what is missing from it", "[unit]") {
  CHECK(share_words(1) == "100 %");
  CHECK(share_words(0.99983) == "99.983 %");
  CHECK(share_words(0.9999996) == "99.99996 %");
  CHECK(share_words(0.8312) == "83.1 %");
  CHECK(share_words(0.95) == "95 %");
  CHECK(share_words(0.5) == "50 %");
  CHECK(share_words(0) == "0 %");
  CHECK(share_words(0.000021) == "0.0021 %");
}

TEST_CASE("Counts have their thousands apart", "[unit]") {
  CHECK(count_words(0) == "0");
  CHECK(count_words(999) == "999");
  CHECK(count_words(1000) == "1,000");
  CHECK(count_words(36000000) == "36,000,000");
  CHECK(number_words(14562.71) == "14,563");
  CHECK(number_words(-1234.5) == "-1,234");
  CHECK(number_words(8.1) == "8.1");
}

TEST_CASE("Text is broken at spaces and counted in characters, not bytes", "[unit]") {
  CHECK(wrap("one two three", 7) == std::vector<std::string>{"one two", "three"});
  CHECK(wrap("extraordinary", 4) == std::vector<std::string>{"extraordinary"});
  CHECK(wrap("", 4).empty());
  CHECK(columns("\xC2\xB5s") == 2);
  CHECK(pad("ab", 4) == "ab  ");
  CHECK(pad_left("ab", 4) == "  ab");
  CHECK(pad("abcdef", 4) == "abcdef");
}

}  // namespace lifeboat::reports
