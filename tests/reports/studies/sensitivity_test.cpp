// Ranges out of the words of sources, and how values are written back.
#include "reports/studies/unsourced_range.hpp"
#include "tests/catch.hpp"

namespace lifeboat::reports {
namespace {

VariedParameter ranged(const std::string& value, const std::string& range) {
  const auto parameter = range_of({"/services/web/x", value, range, ""});
  REQUIRE(parameter);
  return *parameter;
}

}  // namespace

TEST_CASE("stated ranges are read with their units", "[unit]") {
  struct Row {
    const char* value;
    const char* range;
    double low;
    double high;
    const char* unit;
  };
  const Row rows[] = {
      {"5m", "5 min (1 to 15 min); AWS documentation", 60, 900, "s"},
      {"0s", "0 s to 60 s: the fitted start times", 0, 60, "s"},
      {"90%", "AWS says usually more than 10 % below; 80 % to 90 %", 80, 90, "%"},
      {"1000/s", "250/s to 5,000/s: unpublished", 250, 5000, "/s"},
      {"300", "300 (100 to 2,000); unpublished", 100, 2000, ""},
      {"3", "3 (1.5 to 10); unpublished", 1.5, 10, ""},
      {"64 KiB", "64 KiB, 1 KiB to 1 MiB", 1024, 1'048'576, "B"},
      {"10us", "5 to 15 microseconds for GET and SET", 5e-6, 15e-6, "s"},
      {"1h", "60 min, AWS's default; 5 min to 1 day (quotas)", 300, 86'400, "s"},
  };
  for (const Row& row : rows) {
    INFO(row.value << ": " << row.range);
    const VariedParameter parameter = ranged(row.value, row.range);
    CHECK(parameter.low == Approx(row.low));
    CHECK(parameter.high == Approx(row.high));
    CHECK(parameter.unit == row.unit);
    CHECK(parameter.base.has_value());
  }
  CHECK(ranged("300", "300 (100 to 2,000)").whole);
  CHECK_FALSE(ranged("3", "3 (1.5 to 10)").whole);
}

TEST_CASE("without a range that fits, half to double is taken and said", "[unit]") {
  const VariedParameter delay = ranged("4s", "one retry after 2 s on average");
  CHECK(delay.low == Approx(2));
  CHECK(delay.high == Approx(8));
  CHECK(delay.range.find("half to double") != std::string::npos);
  CHECK(ranged("80%", "AWS does not say").high == 100);  // no share is over 100 %
  CHECK_FALSE(range_of({"/a", "0s", "unpublished", ""}));
  CHECK_FALSE(range_of({"/a", "session", "unpublished", ""}));
}

TEST_CASE("laws are varied by their ends or by a factor", "[unit]") {
  const VariedParameter uniform = ranged("uniform from 1 min to 10 min", "1 min to 10 min");
  CHECK(uniform.low == Approx(60));
  CHECK(uniform.high == Approx(600));
  CHECK_FALSE(uniform.base);
  CHECK(value_text(uniform, 90) == "90s");
  const VariedParameter triangular =
      ranged("triangular from 2 min over 3 min to 5 min", "2 to 5 min");
  CHECK(triangular.low == Approx(120));
  CHECK(triangular.high == Approx(300));
  const VariedParameter law = ranged("lognormal, p50 1.5 ms, p99 8 ms", "unpublished");
  CHECK(law.base == 1.0);
  CHECK(value_text(law, 2) == R"({"lognormal": {"p50": "0.003s", "p99": "0.016s"}})");
  CHECK(value_words(law, 0.5) == "x 0.5");
}

TEST_CASE("one guess at several services is one parameter", "[unit]") {
  std::vector<LeftOut> left_out;
  const auto parameters = parameters_of({{"/services/web/bootTime", "0s", "0 s to 60 s", ""},
                                         {"/services/api/bootTime", "0s", "0 s to 60 s", ""},
                                         {"/services/api/limit", "3", "1 to 9", ""},
                                         {"price x in y", "1 USD", "?", ""}},
                                        left_out);
  REQUIRE(parameters.size() == 2);
  CHECK(parameters[0].name == "bootTime (2 services)");
  CHECK(parameters[0].paths ==
        std::vector<std::string>{"services.web.bootTime", "services.api.bootTime"});
  CHECK(parameters[1].whole);
  REQUIRE(left_out.size() == 1);
  CHECK(left_out[0].path == "price x in y");
}

TEST_CASE("a named parameter's own value is found in the scenario", "[unit]") {
  const std::string document = R"({"platform": {"list": [{"n": 4}]}, "traffic": {"rate": "90/s"}})";
  auto rate = *read_parameter("traffic.rate=50/s..97/s");
  find_base(rate, document);
  CHECK(rate.base == 90.0);
  auto count = *read_parameter("platform.list.0.n=2..8");
  find_base(count, document);
  CHECK(count.base == 4.0);
  auto outside = *read_parameter("platform.list.0.n=5..8");
  find_base(outside, document);
  CHECK_FALSE(outside.base);
  CHECK(outside.value == "4");
  auto absent = *read_parameter("platform.list.1.n=5..8");
  find_base(absent, document);
  CHECK_FALSE(absent.base);
}

TEST_CASE("a range of the command line has two ends of one unit", "[unit]") {
  const auto parameter = read_parameter("platform.services.web.bootTime=0s..1m");
  REQUIRE(parameter);
  CHECK(parameter->high == Approx(60));
  CHECK(value_text(*parameter, 12.5) == "12.5s");
  CHECK(read_parameter("a.b=2..8")->whole);
  CHECK(value_text(*read_parameter("a.b=2..8"), 4.4) == "4");
  CHECK_FALSE(read_parameter("a.b"));
  CHECK_FALSE(read_parameter("a.b=3"));
  CHECK_FALSE(read_parameter("a.b=8..2"));
  CHECK_FALSE(read_parameter("a.b=1s..2/s"));
  CHECK_FALSE(read_parameter("=1..2"));
}

}  // namespace lifeboat::reports
