// lifeboat gameday: the script, and the files that it writes.
#include <filesystem>

#include <nlohmann/json.hpp>

#include "tests/catch.hpp"
#include "tests/main/temporary_folder.hpp"
#include "tests/tools/lifeboat.hpp"

namespace lifeboat::tests {

TEST_CASE("the README's game day has a script and a template", "[cli]") {
  REQUIRE(holds(content_of(source_dir() / "README.md"),
                "lifeboat gameday zone-loss --trials 4 --out gameday"));
  const TemporaryFolder folder;
  const std::filesystem::path out = folder.path() / "gameday";
  const Outcome outcome =
      lifeboat({"gameday", "zone-loss", "--trials", "4", "--out", out.string(), "--no-progress"});
  INFO(outcome.err);
  CHECK(outcome.status == 0);
  CHECK(holds(outcome.out, "gameday.md"));
  const std::string script = content_of(out / "gameday.md");
  for (const char* heading :
       {"# Game day: ", "## What it should show", "## Who is there", "## Before the day",
        "## What is injected", "## What to expect at which minute", "## What to measure",
        "## When to stop", "## The way back", "## What to write down", "## Sources"}) {
    CAPTURE(heading);
    CHECK(holds(script, heading));
  }
  CHECK(holds(script, "aws fis create-experiment-template --region ap-southeast-1"));
  const auto one = nlohmann::json::parse(content_of(out / "fis.json"));
  CHECK(one.at("actions").size() >= 3);  // subnets, the cache's power, the database's failover
  // Without a folder it is printed, and the same bytes come with any number of jobs.
  const Outcome first = lifeboat({"gameday", "zone-loss", "--trials", "4", "--no-progress"});
  const Outcome second =
      lifeboat({"gameday", "zone-loss", "--trials", "4", "--no-progress", "--jobs", "1"});
  CHECK(first.out == script);
  CHECK(second.out == script);
}

TEST_CASE("a game day needs a scenario, and no faults to be sound", "[cli]") {
  check_refused(lifeboat({"gameday"}), "which scenario?");
  check_refused(lifeboat({"gameday", "lose-singapor"}), "lose-singapore");
  const Outcome quiet = lifeboat({"gameday", "smallest", "--trials", "2", "--set", "duration=60s",
                                  "--no-progress", "--format", "json"});
  INFO(quiet.err);
  CHECK(quiet.status == 0);
  const auto document = nlohmann::json::parse(quiet.out);
  CHECK(document.at("format") == "lifeboat/game-day/1");
  CHECK(document.at("templates").empty());
  CHECK(document.at("timeline").empty());
}

}  // namespace lifeboat::tests
