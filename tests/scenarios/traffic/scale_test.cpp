// Traffic times a factor, as options of --set.
#include "scenarios/traffic/scale.hpp"

#include "models/io/problems.hpp"
#include "tests/catch.hpp"

namespace lifeboat::tests {

namespace {

std::vector<std::string> scaled(const std::string& traffic, double factor,
                                models::io::Problems& problems) {
  const auto document = models::io::Document::parse_text(traffic, "t.json", problems);
  REQUIRE(document);
  return scenarios::scaling_options(document->root(), factor, problems);
}

}  // namespace

TEST_CASE("every form of a stream is multiplied", "[unit]") {
  models::io::Problems problems;
  const auto options = scaled(R"({"format": "lifeboat/traffic/1", "start": "2026-01-01T00:00",
    "a": {"rate": "38/s"},
    "b": {"rate": {"table": [["0s", "10/s"], ["1h", "90 / 1m"]], "between": "linear"}},
    "c": {"rate": {"mean": "2/s", "day": [1, 2]}},
    "d": {"replay": {"file": "x.csv", "scale": 2}},
    "e": {"replay": {"file": "x.csv", "peak": "300/s"}},
    "f": {"replay": {"file": "x.csv"}},
    "g": {"users": {"count": 5, "think": "1s"}}})",
                              3, problems);
  CHECK(options ==
        std::vector<std::string>{"traffic.a.rate=114/s", "traffic.b.rate.table.0.1=30/s",
                                 "traffic.b.rate.table.1.1=4.5/s", "traffic.c.rate.mean=6/s",
                                 "traffic.d.replay.scale=6", "traffic.e.replay.peak=900/s",
                                 "traffic.f.replay.scale=3", "traffic.g.users.count=15"});
  CHECK(!problems.has_errors());
  CHECK(scaled(R"({"a": {"rate": "38/s"}})", 1, problems).empty());
}

TEST_CASE("stamps of a trace are not multiplied, and it says so", "[unit]") {
  models::io::Problems problems;
  static_cast<void>(
      scaled(R"({"a": {"replay": {"file": "x.csv", "unit": "stamps"}}})", 2, problems));
  REQUIRE(problems.has_errors());
  CHECK(problems.all()[0].to_line().find("not multiplied") != std::string::npos);
}

}  // namespace lifeboat::tests
