// lifeboat size: what it takes, what it prints, and that its plan can be used.
#include <cmath>
#include <filesystem>
#include <fstream>

#include <nlohmann/json.hpp>

#include "tests/catch.hpp"
#include "tests/main/temporary_folder.hpp"
#include "tests/tools/lifeboat.hpp"

namespace lifeboat::tests {

namespace {

using nlohmann::json;

Outcome size_till(std::vector<std::string> more) {
  std::vector<std::string> words = {"size", "smallest", "--no-progress"};
  words.insert(words.end(), more.begin(), more.end());
  return lifeboat(words);
}

}  // namespace

// 270 a second of 10 ms: 2.7 servers busy. Three hold p99 < 800 ms (Erlang C: 0.817 wait, and
// ln(81.7) / 30 s + a service is about 157 ms); two are not stable.
TEST_CASE("the README's sizing finds the tills that three times the customers need", "[cli]") {
  REQUIRE(holds(content_of(source_dir() / "README.md"), "lifeboat size smallest --load 3`"));
  const TemporaryFolder folder;
  const std::string out = (folder.path() / "report").string();
  const std::vector<std::string> options = {"--load", "3", "--set", "duration=1000s"};
  std::vector<std::string> with_out = options;
  with_out.insert(with_out.end(), {"--out", out});
  const Outcome text = size_till(with_out);
  CHECK(text.status == 0);
  check_text(text.out);
  CHECK(holds(text.out, "A plan of 3 servers, tasks and nodes meets all objectives"));
  CHECK(holds(text.out, "Its counts are exact"));
  const json document = json::parse(content_of(folder.path() / "report" / "size.json"));
  CHECK(document.at("format") == "lifeboat/size/1");
  CHECK(document.at("found") == true);
  CHECK(document.at("exact") == true);
  CHECK(document.at("load") == 3);
  const json& knob = document.at("knobs").at(0);
  CHECK(knob.at("service") == "till");
  CHECK(knob.at("now") == "1");
  CHECK(knob.at("plan") == "3");
  CHECK(knob.at("headroom").get<double>() == Approx(3 / 2.7));
  CHECK(knob.at("one_less").at("verdict") == "missed");
  CHECK(knob.at("binds") == "journey:visit p(99) < 800ms");
  CHECK(holds(content_of(folder.path() / "report" / "size.html"), "lifeboat/size/1"));
  CHECK(holds(content_of(folder.path() / "report" / "size.md"),
              "| till@home | servers | 1 | 3 servers |"));

  // The plan as a scenario, and as an overlay.
  const auto plan = folder.path() / "report" / "plan" / "scenario.json";
  CHECK(lifeboat({"run", plan.string(), "--trials", "4", "--no-progress"}).status == 0);
  const auto again = folder.path() / "again.json";
  const auto platform = source_dir() / "models" / "platforms" / "smallest.json";
  std::ofstream(again) << json{{"format", "lifeboat/scenario/1"},
                               {"name", "again"},
                               {"platform", {platform.string(), "report/plan.overlay.json"}},
                               {"warmup", "100s"},
                               {"duration", "1000s"},
                               {"traffic", {{"visit", {{"rate", "270/s"}}}}},
                               {"objectives", {"journey:visit p(99) < 800ms"}}}
                              .dump();
  CHECK(lifeboat({"run", again.string(), "--trials", "4", "--no-progress"}).status == 0);
  CHECK(lifeboat({"run", again.string(), "--trials", "4", "--no-progress", "--set",
                  "platform.services.till.servers=2"})
            .status == 2);
}

// ln 100 / (100 - 90 f) = 0.8 at f = 1.0472.
TEST_CASE("headroom of the till ends where its closed form says", "[cli]") {
  REQUIRE(holds(content_of(source_dir() / "README.md"), "lifeboat size smallest --headroom`"));
  const TemporaryFolder folder;
  const std::string out = (folder.path() / "report").string();
  const std::vector<std::string> words = {"--headroom", "--trials", "4", "--out", out};
  const Outcome text = size_till(words);
  CHECK(text.status == 0);
  check_text(text.out);
  CHECK(holds(text.out, "Beyond it this fails first: journey:visit p(99) < 800ms"));
  const json document = json::parse(content_of(folder.path() / "report" / "headroom.json"));
  const double truth = (100 - std::log(100) / 0.8) / 90;
  CHECK(document.at("factor").at("estimate").get<double>() == Approx(truth).epsilon(0.01));
  CHECK(document.at("factor").at("low").get<double>() < truth);
  CHECK(document.at("factor").at("high").get<double>() > truth);
  CHECK(document.at("theory").at("station") == "till@home");
  CHECK(holds(content_of(folder.path() / "report" / "size.html"), "lifeboat/headroom/1"));
}

TEST_CASE("a sizing has the same bytes with any number of jobs, but for how the run went",
          "[cli]") {
  const std::vector<std::string> options = {
      "--set",    "duration=200s", "--set", "objectives=[\"availability >= 99%\"]",
      "--format", "json",          "--jobs"};
  const auto with_jobs = [&](const char* jobs) {
    std::vector<std::string> words = options;
    words.emplace_back(jobs);
    json document = json::parse(size_till(words).out);
    document.erase("run");
    return document.dump();
  };
  CHECK(with_jobs("1") == with_jobs("3"));
}

TEST_CASE("a budget ends a sizing with the best so far", "[cli]") {
  const Outcome outcome = size_till({"--budget", "1ms", "--set", "objectives=[\"errors < 1%\"]"});
  CHECK((outcome.status == 0 || outcome.status == 4));  // the first design may be the plan already
  CHECK(holds(outcome.out, "The budget ended the search"));
}

TEST_CASE("a sizing refuses what it cannot size", "[cli]") {
  check_refused(lifeboat({"size"}), "name a scenario");
  check_refused(size_till({"--load", "0"}), "is no factor");
  check_refused(size_till({"--load", "three"}), "is no factor");
  check_refused(size_till({"--zone-down", "home"}), "expected REGION:ZONE");
  check_refused(size_till({"--zone-down", "home:z"}), "zone");
  check_refused(size_till({"--only", "tell"}), "did you mean till?");
  check_refused(size_till({"--set", "objectives=[]"}), "has no objectives");
}

}  // namespace lifeboat::tests
