// lifeboat sweep: what it takes, what it prints, and that points are kept.
#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>

#include <nlohmann/json.hpp>

#include "tests/catch.hpp"
#include "tests/main/temporary_folder.hpp"
#include "tests/tools/figure_row.hpp"
#include "tests/tools/lifeboat.hpp"

namespace lifeboat::tests {

namespace {

using nlohmann::json;

/// The smallest scenario for 60 s at several rates.
Outcome sweep_till(std::vector<std::string> more) {
  std::vector<std::string> words = {"sweep", "smallest", "--set", "duration=60s", "--no-progress"};
  words.insert(words.end(), more.begin(), more.end());
  return lifeboat(words);
}

}  // namespace

// M/M/1 at 100 a second: p99 = ln 100 / (100 - l), below 800 ms for rates below 94.24. The shipped
// scenario's own length, four trials: the p99 at 95/s has a standard error of some 3 %.
TEST_CASE("the README's sweep finds the rate up to which the till holds", "[cli]") {
  REQUIRE(holds(content_of(source_dir() / "README.md"),
                "lifeboat sweep smallest traffic.visit.rate=50/s..95/s:5/s --trials 4"));
  const std::vector<std::string> words = {
      "sweep", "smallest", "traffic.visit.rate=50/s..95/s:5/s", "--trials", "4", "--no-progress"};
  const Outcome text = lifeboat(words);
  CHECK(text.status == 0);
  check_text(text.out);
  CHECK(holds(text.out, "50/s to 90/s meet all objectives."));
  CHECK(holds(text.out, "90/s  met                        -  the last to meet all"));
  std::vector<std::string> asked = words;
  asked.insert(asked.end(), {"--format", "json"});
  const json document = json::parse(lifeboat(asked).out);
  CHECK(document.at("format") == "lifeboat/sweep/1");
  CHECK(document.at("first_met") == 0);
  CHECK(document.at("last_met") == 8);
  const json row = row_of(document, "journey:visit p(99) < 800ms");
  for (std::size_t i = 0; i < 10; ++i) {
    const double rate = document.at("axes")[0].at("numbers")[i];
    CAPTURE(rate);
    CHECK(rate == 50 + 5 * static_cast<double>(i));
    const double estimate = row.at("points")[i].at("estimate");
    CHECK(estimate == Approx(std::log(100) / (100 - rate)).epsilon(rate < 90 ? 0.02 : 0.15));
    if (i > 0) CHECK(row.at("points")[i].at("step").at("found") == "worse");
  }
}

// Six trials of two hours on the whole reference platform.
TEST_CASE("the README's sweep of the standby shows chances and costs", "[cli][long]") {
  REQUIRE(holds(content_of(source_dir() / "README.md"),
                "lifeboat sweep lose-singapore standby=0%,30%,100% --strategy warm-standby "
                "--set duration=2h --trials 2"));
  const Outcome outcome =
      lifeboat({"sweep", "lose-singapore", "standby=0%,30%,100%", "--strategy", "warm-standby",
                "--set", "duration=2h", "--trials", "2", "--no-progress", "--format", "json"});
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
  const json document = json::parse(outcome.out);
  CHECK(document.at("axes")[0].at("unit") == "%");
  CHECK(row_of(document, "P(rto < 4h)").at("points").size() == 3);
  // Tasks are billed: 0.5 and 1 vCPU of 13 services; 30 % are two tasks of four, one of three.
  const json& points = document.at("points");
  const double none = points[0].at("monthly_usd");
  const double some = points[1].at("monthly_usd");
  const double all = points[2].at("monthly_usd");
  CHECK((some - none) / (all - none) == Approx((5 * 2 * 0.5 + 8 * 1) / 34).epsilon(1e-3));
}

TEST_CASE("a sweep goes on where it stood, to the same bytes", "[cli]") {
  const TemporaryFolder folder;
  const std::string out = (folder.path() / "report").string();
  const std::string rates = "traffic.visit.rate=60/s,80/s";
  const std::string fresh = sweep_till({rates, "--trials", "4", "--format", "json"}).out;
  REQUIRE(sweep_till({rates, "--trials", "2", "--out", out}).status == 0);
  const Outcome more = sweep_till({rates, "--trials", "4", "--out", out, "--format", "json"});
  CHECK(more.out == fresh);
  const Outcome again = sweep_till({rates, "--trials", "4", "--out", out, "--jobs", "1"});
  CHECK(holds(again.out, "2 of 2 points were there already and were not run again."));
  CHECK(content_of(folder.path() / "report" / "sweep.json") == fresh);
  // Fewer trials than are kept, and a point more.
  const Outcome wider =
      sweep_till({"traffic.visit.rate=60/s,70/s,80/s", "--trials", "2", "--out", out});
  CHECK(holds(wider.out, "2 of 3 points were there already"));
  // Another luck is another point; a damaged file is run again.
  CHECK(!holds(sweep_till({rates, "--trials", "2", "--out", out, "--seed", "2"}).out,
               "there already"));
  for (const auto& entry :
       std::filesystem::directory_iterator(folder.path() / "report" / "points")) {
    std::ofstream(entry.path()) << "{";
  }
  const Outcome mended = sweep_till({rates, "--trials", "4", "--out", out, "--format", "json"});
  CHECK(mended.out == fresh);
}

TEST_CASE("two parameters make a grid, and a page", "[cli]") {
  const TemporaryFolder folder;
  const std::string out = (folder.path() / "report").string();
  const Outcome outcome =
      sweep_till({"platform.services.till.servers=1,2", "traffic.visit.rate=80/s..150/s/3",
                  "--trials", "2", "--out", out});
  CHECK(outcome.status == 0);
  check_text(outcome.out);
  CHECK(holds(outcome.out, "servers | rate"));
  const json document = json::parse(content_of(folder.path() / "report" / "sweep.json"));
  CHECK(document.at("points").size() == 6);
  CHECK(document.at("points")[4].at("name") == "2, 115/s");
  CHECK(document.at("points")[0].at("verdict") == "met");
  CHECK(document.at("points")[2].at("verdict") == "missed");
  CHECK(document.at("points")[5].at("verdict") == "met");
  CHECK(holds(content_of(folder.path() / "report" / "sweep.html"), "lifeboat/sweep/1"));
  CHECK(holds(content_of(folder.path() / "report" / "sweep.md"), "| 2, 115/s | met |"));
}

// 100 a second with one server, and then more than anybody needs: what is not better is no knee.
TEST_CASE("a knee stands where more betters little, not where it worsens", "[cli]") {
  const json better =
      json::parse(sweep_till({"platform.services.till.servers=1..8", "--set",
                              "traffic.visit.rate=90/s", "--trials", "4", "--format", "json"})
                      .out);
  CHECK(row_of(better, "journey:visit p(99) < 800ms").at("knee") == 1);
  const json worse = json::parse(
      sweep_till({"platform.services.till.operations.serve.demand=1ms,2ms,2.1ms,2.2ms,2.3ms",
                  "--trials", "4", "--format", "json"})
          .out);
  CHECK(row_of(worse, "journey:visit p(99) < 800ms").at("knee").is_null());
}

TEST_CASE("a spent budget still runs one point, and says what it left", "[cli]") {
  const Outcome outcome =
      sweep_till({"traffic.visit.rate=60/s,70/s,80/s", "--trials", "2", "--budget", "1ms"});
  CHECK(outcome.status == 0);
  CHECK(holds(outcome.out, "1 of 3 points were reached."));
}

TEST_CASE("parameters of one name are told apart, and wide grids fold", "[cli]") {
  const Outcome outcome = sweep_till(
      {"traffic.visit.rate=10/s..21/s:1/s",
       "platform.services.till.operations.serve.demand.exponential.mean=1ms,2ms", "--trials", "2"});
  CHECK(outcome.status == 0);
  check_text(outcome.out);
}

TEST_CASE("a sweep refuses what it cannot sweep", "[cli]") {
  check_refused(lifeboat({"sweep"}), "name a scenario");
  check_refused(lifeboat({"sweep", "smallest"}), "name a parameter");
  check_refused(lifeboat({"sweep", "smallest", "traffic.visit.rate"}), "PATH=VALUES");
  check_refused(lifeboat({"sweep", "smallest", "traffic.visit.rate=90/s"}), "has one value");
  check_refused(lifeboat({"sweep", "smallest", "standby=0%,140%"}), "is no share of standby");
  check_refused(lifeboat({"sweep", "smallest", "standby=0%,50%"}), "no region stands by");
  check_refused(lifeboat({"sweep", "smallest", "a=1..30", "b=1..30"}), "too many");
  check_refused(lifeboat({"sweep", "smallest", "a=1,2", "a=3,4"}), "swept twice");
  check_refused(lifeboat({"sweep", "smallest", "traffic.visit.rats=1/s,2/s"}), "rats");
  check_refused(lifeboat({"sweep", "lose-singapore", "strategy=pilot-light,warm-standby",
                          "--strategy", "hot-standby"}),
                "say the same");
  check_refused(sweep_till({"traffic.visit.rate=60/s,80/s", "--out", "/dev/null"}), "/dev/null");
  check_refused(lifeboat({"sweep", "lose-singapore", "strategy=pilot-light,pilot-lite"}),
                "did you mean pilot-light");
  CHECK(holds(lifeboat({"sweep", "--help"}).out, "10ms..50ms:10ms"));
}

}  // namespace lifeboat::tests
