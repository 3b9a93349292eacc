// The same input and seed give the same bytes, with any number of threads; another seed does not.
#include <nlohmann/json.hpp>

#include "tests/catch.hpp"
#include "tests/main/temporary_folder.hpp"
#include "tests/tools/lifeboat.hpp"

namespace lifeboat::tests {

namespace {

/// result.json of a run, without the one part that may differ ("run"), with members in order.
std::string result_of(std::vector<std::string> words) {
  words.insert(words.end(), {"--format", "json"});
  const Outcome outcome = lifeboat(std::move(words));
  INFO(outcome.err);
  CHECK((outcome.status == 0 || outcome.status == 2 || outcome.status == 4));
  auto result = nlohmann::ordered_json::parse(outcome.out);
  REQUIRE(result.contains("run"));
  result.erase("run");
  return result.dump(1);
}

std::vector<std::string> with(std::vector<std::string> words, std::vector<std::string> more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

void check_deterministic(const std::vector<std::string>& words) {
  const std::string one = result_of(with(words, {"--jobs", "1", "--seed", "7"}));
  CHECK(one == result_of(with(words, {"--jobs", "1", "--seed", "7"})));
  CHECK(one == result_of(with(words, {"--jobs", "2", "--seed", "7"})));
  CHECK(one == result_of(with(words, {"--jobs", "5", "--seed", "7"})));
  CHECK(one != result_of(with(words, {"--jobs", "1", "--seed", "8"})));
}

}  // namespace

TEST_CASE("the smallest scenario gives the same bytes with any number of threads", "[cli]") {
  check_deterministic({"run", "smallest", "--trials", "7", "--set", "duration=60s"});
}

TEST_CASE("trials that run until the verdicts are settled do not depend on threads", "[cli]") {
  check_deterministic({"run", "smallest", "--set", "duration=20s", "--set", "warmup=5s"});
}

TEST_CASE("the files of a run are the same with any number of threads", "[cli]") {
  const TemporaryFolder folder;
  const auto files = [&](const std::string& jobs) {
    const auto out = folder.path() / jobs;
    static_cast<void>(result_of({"run", "dns-failover", "--trials", "3", "--jobs", jobs, "--out",
                                 out.string(), "--events", "all", "--set", "duration=40m", "--set",
                                 "traffic.purchase.rate=5/s"}));
    return content_of(out / "timeseries.csv") + content_of(out / "events.jsonl") +
           content_of(out / "inputs" / "scenario.json");
  };
  const std::string one = files("1");
  CHECK(one.size() > 10'000);
  CHECK(one == files("2"));
}

TEST_CASE("a trial is the same alone as among others", "[cli]") {
  const std::vector<std::string> words{"run", "smallest", "--set", "duration=60s"};
  const auto offered = [&](std::vector<std::string> more) {
    more.insert(more.end(), {"--format", "json"});
    const auto result = nlohmann::json::parse(lifeboat(with(words, std::move(more))).out);
    return result.at("journeys").at("visit").at("offered").get<std::int64_t>();
  };
  const auto first = offered({"--trials-from", "1", "--trials-to", "2"});
  const auto third = offered({"--trials-from", "3", "--trials-to", "3"});
  CHECK(offered({"--trials", "3"}) == first + third);
  CHECK(offered({"--trials-from", "3", "--trials", "1"}) == third);
}

TEST_CASE("losing Singapore gives the same bytes with any number of threads", "[cli][long]") {
  check_deterministic({"run", "lose-singapore", "--trials", "2", "--set", "warmup=5m", "--set",
                       "duration=30m", "--set", "faults.actions.lost.at=+5m"});
}

}  // namespace lifeboat::tests
