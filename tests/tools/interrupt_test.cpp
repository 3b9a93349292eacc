// Ctrl-C: the first ends the run with what is complete, the second ends the program.
#include <csignal>
#include <filesystem>
#include <thread>

#include <nlohmann/json.hpp>

#include "tests/catch.hpp"
#include "tests/main/temporary_folder.hpp"
#include "tests/tools/lifeboat.hpp"

namespace lifeboat::tests {

namespace {

/// A run of many short trials that shows its progress.
Call endless(const TemporaryFolder& folder) {
  Call call =
      lifeboat_call({"run", "smallest", "--set", "duration=20s", "--set", "warmup=2s", "--trials",
                     "5000", "--jobs", "2", "--out", (folder.path() / "report").string()});
  call.err = Stream::kTerminal;
  return call;
}

/// What an interrupted run leaves behind: its complete trials, as a sound result.
void check_partial(const Outcome& outcome, const TemporaryFolder& folder) {
  CHECK(outcome.status == 130);
  CHECK(outcome.signal == 0);
  CHECK(outcome.out.find("Interrupted: only complete trials count.") != std::string::npos);
  const auto result = nlohmann::json::parse(content_of(folder.path() / "report/result.json"));
  const auto trials = result.at("trials").get<int>();
  CHECK(trials > 0);
  CHECK(trials < 5000);
  CHECK(result.at("interrupted") == true);
  CHECK(result.at("journeys").at("visit").at("offered").get<double>() ==
        Approx(90.0 * 20 * trials).epsilon(0.2));
  CHECK(outcome.out.find(" trials of 20 s, seed 1") != std::string::npos);
  CHECK(std::filesystem::exists(folder.path() / "report/report.html"));
}

}  // namespace

TEST_CASE("Ctrl-C ends a run with its complete trials and status 130", "[cli]") {
  const TemporaryFolder folder;
  Process process{endless(folder)};
  REQUIRE(process.wait_for_error(" %  about "));
  process.send(SIGINT);
  check_partial(process.wait(), folder);
}

TEST_CASE("an interrupted result is that of so many trials", "[cli]") {
  const TemporaryFolder folder;
  Process process{endless(folder)};
  REQUIRE(process.wait_for_error(" %  about "));
  process.send(SIGINT);
  CHECK(process.wait().status == 130);
  const auto partial = nlohmann::json::parse(content_of(folder.path() / "report/result.json"));
  const Outcome outcome =
      lifeboat({"run", "smallest", "--set", "duration=20s", "--set", "warmup=2s", "--trials",
                std::to_string(partial.at("trials").get<int>()), "--format", "json"});
  const auto whole = nlohmann::json::parse(outcome.out);
  CHECK(partial.at("journeys") == whole.at("journeys"));
  CHECK(partial.at("services") == whole.at("services"));
  CHECK_FALSE(whole.contains("interrupted"));
}

TEST_CASE("a polite request to end is taken like Ctrl-C", "[cli]") {
  const TemporaryFolder folder;
  Process process{endless(folder)};
  REQUIRE(process.wait_for_error(" %  about "));
  process.send(SIGTERM);
  check_partial(process.wait(), folder);
}

TEST_CASE("Ctrl-C before the first trial has ended leaves a sound result of none", "[cli]") {
  const TemporaryFolder folder;
  Call call = endless(folder);
  call.words.insert(call.words.end(), {"--set", "duration=100d"});
  Process process{call};
  REQUIRE(process.wait_for_error("trial "));
  process.send(SIGINT);
  const Outcome outcome = process.wait();
  CHECK(outcome.status == 130);
  CHECK(outcome.out.find("no trial ran to its end") != std::string::npos);
  const auto result = nlohmann::json::parse(content_of(folder.path() / "report/result.json"));
  CHECK(result.at("trials") == 0);
  CHECK(result.at("interrupted") == true);
  CHECK(result.at("verdict") == "inconclusive");
}

TEST_CASE("a second interrupt ends the program at once, without a result", "[cli]") {
  const TemporaryFolder folder;
  Process process{endless(folder)};
  // The folder is there just before the run begins.
  for (int glance = 0; glance < 1000 && !std::filesystem::exists(folder.path() / "report");
       ++glance) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  // Two of one kind would be taken for one. So close together, the first has no time to end it.
  process.send(SIGINT);
  process.send(SIGTERM);
  const Outcome outcome = process.wait();
  CHECK(outcome.status == 130);
  CHECK(outcome.out.empty());
  CHECK_FALSE(std::filesystem::exists(folder.path() / "report/result.json"));
}

}  // namespace lifeboat::tests
