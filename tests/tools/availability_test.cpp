// lifeboat availability: a year whose figures are known, and what the command takes.
#include <cmath>

#include <nlohmann/json.hpp>

#include "tests/catch.hpp"
#include "tests/main/temporary_folder.hpp"
#include "tests/tools/lifeboat.hpp"

namespace lifeboat::tests {

namespace {

using nlohmann::json;

/// A till that refuses everybody for a time: `lasting` from 100 s on; and half of all for 5 min.
std::string outage(const std::string& name, const std::string& lasting,
                   const std::string& demand = R"("1ms")", const std::string& more = "") {
  return R"({ "format": "lifeboat/scenario/1", "name": ")" + name + R"(", "duration": "20m",
    "platform": { "format": "lifeboat/platform/1", "name": "till",
      "regions": { "home": { "code": "ap-southeast-1" } },
      "services": { "till": { "kind": "queue", "region": "home", "servers": 50,
                              "operations": { "serve": { "demand": )" +
         demand + R"( } } } },
      "journeys": { "visit": { "entry": "till.serve")" +
         more + R"( } } },
    "traffic": { "visit": { "rate": "20/s" } },
    "faults": { "targets": { "till": { "service": "till@home" } },
      "actions": { "broken": { "actionId": "service-outage", "targets": ["till"], "at": "+100s",
        "jitter": "0s", "duration": ")" +
         lasting + R"(", "parameters": { "newWork": { "refuse": "100%" } } } } } })";
}

const char* const kYear = R"({
  "format": "lifeboat/year/1", "name": "till-year", "title": "A till's year",
  "incidents": {
    "short": { "scenario": "short.json", "rate": "2 / 1y", "between": ["1 / 1y", "4 / 1y"],
               "basis": "guess", "source": "guess" },
    "long": { "scenario": "long.json", "rate": "1 / 4y", "between": ["1 / 8y", "1 / 2y"],
              "basis": "published", "source": "a test, 2026" } } })";

std::string till_year(const TemporaryFolder& folder) {
  static_cast<void>(folder.write("short.json", outage("short", "2m")));
  static_cast<void>(folder.write("long.json", outage("long", "12m")));
  return folder.write("year.json", kYear).string();
}

}  // namespace

// Twice a year 2 min and once in four years 12 min of all requests: 4 + 3 = 7 min. Requests come by
// luck: the share that arrives in a stretch of m minutes of 20 has a relative standard error of
// sqrt((20 - m) / (20 m x 1,200)) a trial, 2 % for two minutes; 10 trials bring it to 0.6 %.
TEST_CASE("A year of two outages loses their rates times their lengths", "[cli]") {
  const TemporaryFolder folder;
  const std::string file = till_year(folder);
  const std::string out = (folder.path() / "report").string();
  const Outcome text = lifeboat({"availability", file, "--no-progress", "--out", out});
  INFO(text.err);
  CHECK(text.status == 0);
  check_text(text.out);
  CHECK(holds(text.out, "where 99.99 % allows 52.56 min"));
  CHECK(holds(text.out, "1 of 2 rates are guesses"));
  const json year = json::parse(content_of(folder.path() / "report" / "availability.json"));
  CHECK(year.at("format") == "lifeboat/availability/1");
  const json& lost = year.at("lost_minutes_per_year");
  CHECK(lost.at("value") == Approx(7).epsilon(0.03));
  CHECK(lost.at("low") < 6);
  CHECK(lost.at("high") > 8);
  CHECK(year.at("availability").at("value") == Approx(1 - 7 / 525'600.0).epsilon(1e-6));
  CHECK(year.at("p_long_run_holds") == 1);
  CHECK(year.at("p_year_holds").get<double>() > 0.98);
  const json& incidents = year.at("incidents");
  CHECK(incidents[0].at("lost_minutes").at("value") == Approx(2).epsilon(0.03));
  CHECK(incidents[1].at("lost_minutes").at("value") == Approx(12).epsilon(0.03));
  CHECK(incidents[1].at("share") == Approx(3 / 7.0).epsilon(0.05));
  CHECK(incidents[0].at("bad_minutes") == Approx(2).margin(1.01));
  CHECK(incidents[0].at("rate_per_year").at("low") == Approx(1));
  CHECK(!content_of(folder.path() / "report" / "availability.html").empty());
  // 99.999 % allows 5.3 min, 99.9995 % allows 2.6.
  CHECK(lifeboat({"availability", file, "--promise", "99.999%", "--quiet"}).status == 4);
  CHECK(lifeboat({"availability", file, "--promise", "99.9995%", "--quiet"}).status == 2);
}

TEST_CASE("the README's year is kept by a shop that a zone cannot take down", "[cli][long]") {
  REQUIRE(holds(content_of(source_dir() / "README.md"),
                "lifeboat availability zone-shop-year --trials 4"));
  const Outcome text =
      lifeboat({"availability", "zone-shop-year", "--trials", "4", "--no-progress"});
  CHECK(text.status == 0);
  check_text(text.out);
  CHECK(holds(text.out, "zone-gray"));
  CHECK(holds(text.out, "zone-lost"));
}

// Service takes 1 s in the mean and is good within 1 s: e^-1 of all is bad on any day. An outage of
// 2 min loses the other 1 - e^-1 of that: 1.264 min. The rest of the day meets the same luck, so
// that it cancels: the relative standard error is that of the outage's 2,400 requests a trial, 2 %,
// by 10 trials 0.7 %, and of the day's 36.8 % nothing. Without the difference it would be 8.1 min.
TEST_CASE("What is lost on any day is not the incident's", "[cli]") {
  const TemporaryFolder folder;
  static_cast<void>(folder.write(
      "short.json",
      outage("short", "2m", R"({ "exponential": { "mean": "1s" } })", R"(, "goodWithin": "1s")")));
  const std::string file = folder
                               .write("year.json", R"({ "format": "lifeboat/year/1", "name": "one",
      "steady": "short.json", "promise": "60%",
      "incidents": { "short": { "scenario": "short.json", "rate": "1 / 1y",
        "between": ["1 / 1y", "1 / 1y"], "basis": "guess", "source": "guess" } } })")
                               .string();
  const json year =
      json::parse(lifeboat({"availability", file, "--trials", "10", "--format", "json"}).out);
  CHECK(year.at("incidents")[0].at("lost_minutes").at("value") ==
        Approx(2 * (1 - std::exp(-1))).epsilon(0.04));
  CHECK(year.at("steady").at("lost_minutes_per_year").at("value") ==
        Approx(525'600 * std::exp(-1)).epsilon(0.02));
  CHECK(year.at("verdict") == "met");
}

// The outage outlasts its scenario of 20 min: what it loses in all is not known, so that no promise
// is known to hold, however low.
TEST_CASE("An incident that is not over at its scenario's end leaves the year open", "[cli]") {
  const TemporaryFolder folder;
  static_cast<void>(folder.write("short.json", outage("short", "30m")));
  const std::string file = folder
                               .write("year.json", R"({ "format": "lifeboat/year/1", "name": "one",
      "promise": "1%",
      "incidents": { "short": { "scenario": "short.json", "rate": "1 / 1y",
        "between": ["1 / 1y", "1 / 1y"], "basis": "guess", "source": "guess" } } })")
                               .string();
  const Outcome outcome = lifeboat({"availability", file, "--trials", "2", "--format", "json"});
  CHECK(outcome.status == 4);
  const json year = json::parse(outcome.out);
  CHECK(year.at("verdict") == "inconclusive");
  CHECK(year.at("incidents")[0].at("not_recovered") == 2);
}

TEST_CASE("availability: the same bytes with any number of jobs", "[cli]") {
  const TemporaryFolder folder;
  const std::string file = till_year(folder);
  const auto run = [&](const char* jobs) {
    return lifeboat({"availability", file, "--trials", "3", "--format", "json", "--jobs", jobs})
        .out;
  };
  const std::string one = run("1");
  CHECK(one == run("3"));
  CHECK(json::parse(one).at("trials") == 3);
}

TEST_CASE("availability tells what is wrong with a year", "[cli]") {
  const TemporaryFolder folder;
  static_cast<void>(till_year(folder));
  std::string year = kYear;
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string changed = year;
    changed.replace(changed.find(from), from.size(), to);
    return lifeboat({"availability", folder.write("changed.json", changed).string()});
  };
  check_refused(with("short.json", "missing.json"), "there is no file");
  check_refused(with("\"2 / 1y\"", "\"8 / 1y\""), "these are not two rates around");
  check_refused(with("\"guess\", \"source\"", "\"hunch\", \"source\""), "hunch");
  check_refused(with("\"source\": \"guess\"", "\"sauce\": \"guess\""), "source");
  check_refused(lifeboat({"availability", "a-yaer"}), "a-year");
  check_refused(lifeboat({"availability", "--promise", "100%"}), "is no share between 0 and 1");
}

TEST_CASE("The shipped years are valid", "[cli]") {
  const Outcome outcome = lifeboat({"validate", "a-year", "zone-shop-year"});
  INFO(outcome.out << outcome.err);
  CHECK(outcome.status == 0);
}

}  // namespace lifeboat::tests
