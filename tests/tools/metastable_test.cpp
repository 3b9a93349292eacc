// lifeboat metastable: what it takes, and what it prints and writes.
#include <filesystem>

#include <nlohmann/json.hpp>

#include "tests/catch.hpp"
#include "tests/main/temporary_folder.hpp"
#include "tests/tools/lifeboat.hpp"

namespace lifeboat::tests {

// 20/s recovers alone from any fault, 30/s and 70/s do not
// (tests/reports/studies/metastable_test.cpp).
TEST_CASE("the README's metastable states are where the retries say", "[cli]") {
  REQUIRE(holds(content_of(source_dir() / "README.md"),
                "lifeboat metastable retry-storm traffic.view.rate=20/s,30/s,70/s "
                "faults.actions.slow.parameters.speed=10%,90% --trials 2"));
  const TemporaryFolder folder;
  const std::string out = (folder.path() / "report").string();
  const Outcome outcome = lifeboat({"metastable", "retry-storm", "traffic.view.rate=20/s,30/s,70/s",
                                    "faults.actions.slow.parameters.speed=10%,90%", "--trials", "2",
                                    "--no-progress", "--out", out});
  INFO(outcome.err);
  CHECK(outcome.status == 0);
  check_text(outcome.out);
  CHECK(holds(outcome.out, "Metastable in 2 of 6 cells"));
  const auto document =
      nlohmann::json::parse(content_of(std::filesystem::path(out) / "metastable.json"));
  CHECK(document.at("format") == "lifeboat/metastable/1");
  const auto& cells = document.at("cells");
  REQUIRE(cells.size() == 6);
  CHECK(cells[0].at("state") == "alone");
  CHECK(cells[1].at("state") == "unhurt");
  CHECK(cells[2].at("state") == "shed");
  CHECK(cells[4].at("state") == "shed");
  CHECK(cells[4].at("shed") > cells[2].at("shed"));
  CHECK(std::filesystem::exists(std::filesystem::path(out) / "metastable.html"));
  CHECK(holds(content_of(std::filesystem::path(out) / "metastable.md"), "| 20/s | alone |"));
}

TEST_CASE("metastable refuses what is no grid", "[cli]") {
  check_refused(lifeboat({"metastable", "retry-storm"}), "name a scenario, a load and a fault");
  check_refused(lifeboat({"metastable", "retry-storm", "traffic.view.rate=20/s,30/s",
                          "traffic.view.rate=20/s,30/s"}),
                "the same parameter");
  check_refused(lifeboat({"metastable", "retry-storm", "traffic.view.rat=20/s,30/s",
                          "faults.actions.slow.duration=1m,2m", "--no-progress"}),
                "did you mean");
}

}  // namespace lifeboat::tests
