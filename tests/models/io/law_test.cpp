// Laws as written: each family against its mean, and each mistake with its place.
#include "models/io/law.hpp"

#include <string>

#include "tests/catch.hpp"
#include "tests/models/io/io.hpp"

namespace lifeboat::tests {

using models::io::Document;
using models::io::LawUnit;
using models::io::Problems;
using models::io::read_law;
using models::io::Value;
using sim::Duration;
using sim::Law;

namespace {

/// The description of a law that must be good.
std::string described(const std::string& text, LawUnit unit = LawUnit::kDuration) {
  Problems problems;
  const auto law = read_law(parse(text, problems), problems, unit);
  INFO(text << ": " << (problems.empty() ? "" : problems.lines()[0]));
  REQUIRE(law);
  REQUIRE(problems.empty());
  return law->describe();
}

Lines refused_law(const std::string& text, LawUnit unit = LawUnit::kDuration) {
  Problems problems;
  const auto law = read_law(parse(text, problems), problems, unit);
  CHECK_FALSE(law);
  return problems.lines();
}

}  // namespace

TEST_CASE("every family of laws is read with its parameters", "[unit]") {
  const Duration ms10 = Duration::milliseconds(10);
  CHECK(described(R"("100ms")") == Law::constant(Duration::milliseconds(100)).describe());
  CHECK(described(R"({"constant": "10ms"})") == Law::constant(ms10).describe());
  CHECK(described(R"({"exponential": {"mean": "10ms"}})") == Law::exponential(ms10).describe());
  CHECK(described(R"({"erlang": {"mean": "10ms", "k": 3}})") == Law::erlang(ms10, 3).describe());
  CHECK(described(R"({"hyperexponential": {"mean": "10ms", "cv": 2}})") ==
        Law::hyperexponential(ms10, 2).describe());
  CHECK(described(R"({"lognormal": {"mean": "10ms", "cv": 0.8}})") ==
        Law::lognormal(ms10, 0.8).describe());
  CHECK(described(R"({"lognormal": {"p50": "10ms", "p99": "90ms"}})") ==
        Law::lognormal_quantiles(ms10, Duration::milliseconds(90)).describe());
  CHECK(described(R"({"weibull": {"mean": "10ms", "shape": 0.7}})") ==
        Law::weibull(ms10, 0.7).describe());
  CHECK(described(R"({"pareto": {"mean": "10ms", "shape": 2.5}})") ==
        Law::pareto(ms10, 2.5).describe());
  CHECK(described(R"({"uniform": {"low": "0s", "high": "10ms"}})") ==
        Law::uniform(Duration{}, ms10).describe());
  CHECK(described(R"({"triangular": {"low": "1ms", "mode": "2ms", "high": "10ms"}})") ==
        Law::triangular(Duration::milliseconds(1), Duration::milliseconds(2), ms10).describe());
  CHECK(described(R"({"mixture": [[0.9, "10ms"], [0.1, {"exponential": {"mean": "10ms"}}]]})") ==
        Law::mixture({{0.9, Law::constant(ms10)}, {0.1, Law::exponential(ms10)}}).describe());
}

TEST_CASE("shift and bounds stand beside the family or among its parameters", "[unit]") {
  const Law law = Law::exponential(Duration::milliseconds(10))
                      .shifted(Duration::milliseconds(5))
                      .at_least(Duration::milliseconds(6))
                      .at_most(Duration::milliseconds(50));
  CHECK(described(
            R"({"exponential": {"mean": "10ms"}, "shift": "5ms", "min": "6ms", "max": "50ms"})") ==
        law.describe());
  CHECK(described(
            R"({"exponential": {"mean": "10ms", "shift": "5ms", "min": "6ms", "max": "50ms"}})") ==
        law.describe());
  CHECK(
      described(R"({"exponential": {"mean": "10ms"}, "shift": "-1ms"})") ==
      Law::exponential(Duration::milliseconds(10)).shifted(Duration::milliseconds(-1)).describe());
  CHECK(
      refused_law(R"({"exponential": {"mean": "10ms", "min": "1ms"}, "min": "2ms"})") ==
      Lines{
          R"(t.json:1: /min: "min" is given twice (expected once, beside the law's name or among its parameters))"});
  CHECK(refused_law(R"({"exponential": {"mean": "10ms"}, "min": "3ms", "max": "2ms"})") ==
        Lines{R"(t.json:1: /min: "min" is above "max")"});
}

TEST_CASE("a factor is a law of plain numbers", "[unit]") {
  CHECK(described(R"({"lognormal": {"mean": 1, "cv": 0.15}})", LawUnit::kNumber) ==
        Law::lognormal(Duration::seconds(1), 0.15).describe());
  CHECK(described("2.5", LawUnit::kNumber) ==
        Law::constant(Duration::milliseconds(2500)).describe());
  CHECK(
      refused_law(R"({"lognormal": {"mean": "1s", "cv": 0.15}})", LawUnit::kNumber) ==
      Lines{
          R"(t.json:1: /lognormal/mean: found "1s" (expected a number without quotes, such as 0.8))"});
}

TEST_CASE("a law that is none is refused_law where it is wrong", "[unit]") {
  CHECK(
      refused_law("10") ==
      Lines{
          R"(t.json:1: /: 10 has no unit (expected a duration such as "250ms" or "4h"; did you mean "10s"?))"});
  CHECK(
      refused_law("true") ==
      Lines{
          R"(t.json:1: /: found true (expected a duration such as "250ms", or a law such as {"exponential": {"mean": "10ms"}}))"});
  CHECK(refused_law(R"("-1s")") ==
        Lines{R"(t.json:1: /: "-1s" is negative (expected at least 0s))"});
  CHECK(
      refused_law("{}") ==
      Lines{"t.json:1: /: the object names no law (expected one of constant, exponential, erlang, "
            "hyperexponential, lognormal, weibull, pareto, uniform, triangular, mixture or "
            "empirical)"});
  CHECK(
      refused_law(R"({"exponetial": {"mean": "10ms"}})") ==
      Lines{
          R"(t.json:1: /exponetial: unknown key "exponetial" (expected constant, exponential, erlang, hyperexponential, lognormal, weibull, pareto, uniform, triangular, mixture, empirical, shift or 2 others; did you mean "exponential"?))"});
  CHECK(
      refused_law(R"({"exponential": {"mean": "10ms"}, "uniform": {"low": "0s", "high": "1s"}})") ==
      Lines{
          R"(t.json:1: /uniform: "exponential" and "uniform" are two laws (expected one of them))"});
  CHECK(
      refused_law(R"({"exponential": {"mena": "10ms"}})") ==
      Lines{
          R"(t.json:1: /exponential/mean: "mean" is missing (expected a duration such as "250ms" or "4h"))",
          R"(t.json:1: /exponential/mena: unknown key "mena" (expected mean, shift, min or max; did you mean "mean"?))"});
  CHECK(
      refused_law(R"({"exponential": {"mean": "0s"}})") ==
      Lines{
          R"(t.json:1: /exponential/mean: "0s" is too small (expected more than 0s and at most 36525d))"});
  CHECK(refused_law(R"({"exponential": "10ms"})") ==
        Lines{R"(t.json:1: /exponential: found "10ms" (expected an object))"});
  CHECK(
      refused_law(R"({"erlang": {"mean": "1s", "k": 1.5}})") ==
      Lines{"t.json:1: /erlang/k: 1.5 is no whole number (expected a whole number without quotes, "
            "such as 4)"});
  CHECK(refused_law(R"({"hyperexponential": {"mean": "1s", "cv": 0.5}})") ==
        Lines{"t.json:1: /hyperexponential/cv: 0.5 is too small (expected at least 1 and at most "
              "100)"});
  CHECK(
      refused_law(R"({"lognormal": {"p50": "5s", "cv": 1}})") ==
      Lines{
          R"(t.json:1: /lognormal/cv: "cv" and "p50" exclude each other (expected one of p50 or cv))",
          R"(t.json:1: /lognormal/p99: "p99" is missing (expected a duration such as "250ms" or "4h"))"});
  CHECK(refused_law(R"({"lognormal": {"p50": "5s", "p99": "5s"}})").size() == 1);
  CHECK(refused_law(R"({"triangular": {"low": "5s", "mode": "2s", "high": "9s"}})").size() == 1);
  CHECK(
      refused_law(R"({"mixture": {}})") ==
      Lines{"t.json:1: /mixture: found an object (expected an array of pairs such as [0.9, LAW])"});
  CHECK(refused_law(R"({"mixture": []})").size() == 1);
  CHECK(refused_law(R"({"mixture": [[0.9, "1s"], 5, [0.2]]})") ==
        Lines{"t.json:1: /mixture/1: found 5 (expected a pair such as [0.9, LAW])",
              "t.json:1: /mixture/2: found an array (expected a pair such as [0.9, LAW])"});
  CHECK(refused_law(R"({"mixture": [[0.9, "1s"], [0.2, "2s"]]})").size() == 1);
  CHECK(refused_law(R"({"mixture": [["1", "1 sec"]]})").size() == 2);
}

TEST_CASE("an empirical law reads one value a line, beside the file that names it", "[unit]") {
  const TemporaryFolder folder;
  folder.write("data/values.csv", "# seconds\n0.5\n250ms\n\n1.5\n");
  folder.write("data/bad.csv", "0.5\nabc\n-1\n12 parsecs\n");
  folder.write("data/empty.csv", "# nothing\n");
  const auto read = [&](const std::string& file) {
    const auto path = folder.write("law.json", R"({"empirical": {"file": ")" + file + R"("}})");
    Problems problems;
    const auto document = Document::parse_file(path, problems);
    REQUIRE(document);
    const auto law = read_law(document->root(), problems);
    return std::pair{law, problems.lines()};
  };
  const auto [law, lines] = read("data/values.csv");
  CHECK(lines == Lines{});
  REQUIRE(law);
  CHECK(law->values() == std::vector<double>{0.25, 0.5, 1.5});
  const std::string root = folder.path().string();
  CHECK(
      read("data/bad.csv").second ==
      Lines{
          root +
              R"(/data/bad.csv:2: /: "abc" does not start with a number (expected a duration such as "250ms" or "4h"))",
          root + R"(/data/bad.csv:3: /: "-1" is out of range (expected 0 to 100 years))",
          root +
              R"(/data/bad.csv:4: /: unknown unit "parsecs" (expected a duration such as "250ms" or "4h"))"});
  CHECK(read("data/valeus.csv").second ==
        Lines{root + "/law.json:1: /empirical/file: cannot read \"" + root +
              R"(/data/valeus.csv": no such file (did you mean "data/values.csv"?))"});
  CHECK(read("data/empty.csv").second.size() == 1);
  CHECK(read("data").second.size() == 1);
}

}  // namespace lifeboat::tests
