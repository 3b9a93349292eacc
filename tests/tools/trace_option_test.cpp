// lifeboat run --trace: the file of traces, and what is said of it.
#include <sstream>

#include <nlohmann/json.hpp>

#include "tests/catch.hpp"
#include "tests/main/temporary_folder.hpp"
#include "tests/tools/lifeboat.hpp"

namespace lifeboat::tests {

namespace {

Outcome traced(const std::string& file, const std::string& trials = "1") {
  return lifeboat({"run", "smallest", "--set", "duration=100s", "--set", "warmup=10s",
                   "--no-progress", "--trials", trials, "--trace", file});
}

}  // namespace

TEST_CASE("run --trace writes as many traces as it says, the same for the same luck", "[cli]") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "traces.jsonl";
  const Outcome outcome = traced(path.string());
  INFO(outcome.err);
  CHECK(outcome.err.empty());
  const std::string text = content_of(path);
  std::istringstream lines(text);
  std::size_t requests = 0;
  std::size_t calls = 0;
  for (std::string line; std::getline(lines, line);) {
    const auto segment = nlohmann::json::parse(line);
    CHECK(segment.at("end_time").get<double>() >= segment.at("start_time").get<double>());
    ++(segment.contains("parent_id") ? calls : requests);
  }
  // One a second and 5 % of the other 89, for 100 s: 545, with a deviation of sqrt(445) = 21.
  CHECK(requests > 440);
  CHECK(requests < 650);
  CHECK(calls == requests);  // of the only service
  const std::string said = std::to_string(requests) + " traces of trial 1, as X-Ray segments, in ";
  CHECK(outcome.out.find(said + path.string()) != std::string::npos);

  CHECK(traced((folder.path() / "again.jsonl").string(), "3").err.empty());
  CHECK(content_of(folder.path() / "again.jsonl") == text);
}

TEST_CASE("run --trace refuses a file that cannot be written, and a second listener", "[cli]") {
  check_refused(lifeboat({"run", "smallest", "--trace", "/no/such/folder/t.jsonl"}),
                "--trace: cannot write /no/such/folder/t.jsonl");
  check_refused(lifeboat({"run", "smallest", "--trace", "t.jsonl", "--audit", "full"}),
                "give one of them");
}

}  // namespace lifeboat::tests
