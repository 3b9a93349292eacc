// The values of a swept parameter.
#include "tools/lifeboat/sweep_values.hpp"

#include "tests/catch.hpp"
#include "tools/lifeboat/command.hpp"
#include "tools/lifeboat/swept_axis.hpp"

namespace lifeboat::tools {
namespace {

std::vector<std::string> values_of(const std::string& text) {
  return read_swept_values(text).values;
}
std::string complaint_of(const std::string& text) {
  try {
    (void)read_swept_values(text);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "none";
}
using Values = std::vector<std::string>;

}  // namespace

TEST_CASE("values are lists, ranges, steps and even parts", "[unit]") {
  CHECK(values_of("2..5") == Values{"2", "3", "4", "5"});
  CHECK(values_of("10ms..50ms:20ms") == Values{"10ms", "30ms", "50ms"});
  CHECK(values_of("10ms..55ms:20ms") == Values{"10ms", "30ms", "50ms"});
  CHECK(values_of("0.1..0.4:0.1") == Values{"0.1", "0.2", "0.3", "0.4"});
  CHECK(values_of("100/s..400/s/4") == Values{"100/s", "200/s", "300/s", "400/s"});
  CHECK(values_of("20%..80%/3") == Values{"20%", "50%", "80%"});
  CHECK(values_of("pilot-light,warm-standby") == Values{"pilot-light", "warm-standby"});
  CHECK(values_of("{\"a\":[1,2]},{\"a\":[3]}") == Values{"{\"a\":[1,2]}", "{\"a\":[3]}"});
}

TEST_CASE("values that are numbers of one unit and grow are numbers", "[unit]") {
  const SweptValues grown = read_swept_values("10ms,20ms,50ms");
  CHECK(grown.numbers == std::vector<double>{10, 20, 50});
  CHECK(grown.unit == "ms");
  CHECK(read_swept_values("1,1.5").numbers == std::vector<double>{1, 1.5});
  CHECK(read_swept_values("20ms,1s").numbers.empty());
  CHECK(read_swept_values("8,4").numbers.empty());
  CHECK(read_swept_values("on,off").numbers.empty());
}

TEST_CASE("shares of a standby ascend, as each is held against those with less", "[unit]") {
  const reports::SweepAxis axis = read_axis("standby=100%,0%,30%");
  CHECK(axis.values == Values{"0%", "30%", "100%"});
  CHECK(axis.numbers == std::vector<double>{0, 30, 100});
  CHECK(axis.unit == "%");
}

TEST_CASE("values that make no sense are said", "[unit]") {
  CHECK(complaint_of("8..2").find("does not grow") != std::string::npos);
  CHECK(complaint_of("1ms..2s:1ms").find("two units") != std::string::npos);
  CHECK(complaint_of("10ms..50ms").find("needs a step") != std::string::npos);
  CHECK(complaint_of("1..5:0").find("not above 0") != std::string::npos);
  CHECK(complaint_of("1..1000").find("at most 100") != std::string::npos);
  CHECK(complaint_of("1..9/2.5").find("whole number") != std::string::npos);
  CHECK(complaint_of("a..b").find("is no range") != std::string::npos);
  CHECK(complaint_of("1,,2").find("empty value") != std::string::npos);
  CHECK(complaint_of("1,2,1").find("twice") != std::string::npos);
}

}  // namespace lifeboat::tools
