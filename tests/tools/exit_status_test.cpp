// The exit status is the verdict, for scripts.
#include "tests/catch.hpp"
#include "tests/tools/lifeboat.hpp"

namespace lifeboat::tests {

namespace {

Outcome judged(const std::string& objectives, std::vector<std::string> more = {}) {
  more.insert(more.end(), {"--set", "objectives=" + objectives});
  return lifeboat(quick_run(std::move(more)));
}

}  // namespace

TEST_CASE("status 0 says that all objectives are met", "[cli]") {
  const Outcome outcome = judged(R"(["journey:visit p(99) < 10s", "availability > 1%"])");
  CHECK(outcome.status == 0);
  CHECK(outcome.out.starts_with("MET: all 2 objectives hold."));
}

TEST_CASE("status 2 says that one objective is missed", "[cli]") {
  const Outcome outcome = judged(R"(["journey:visit p(99) < 10s", "journey:visit mean < 1ms"])");
  CHECK(outcome.status == 2);
  CHECK(outcome.out.starts_with("MISSED: 1 of 2 objectives"));
}

TEST_CASE("status 4 says that the trials cannot tell", "[cli]") {
  // Among three short trials, the mean time of M/M/1 at 90 % is anywhere around 100 ms.
  const Outcome outcome = judged(R"(["journey:visit p(99) < 10s", "journey:visit mean < 80ms"])",
                                 {"--set", "run=terminating"});
  CHECK(outcome.status == 4);
  CHECK(outcome.out.starts_with("INCONCLUSIVE: 1 of 2 objectives"));
}

TEST_CASE("missed wins over inconclusive", "[cli]") {
  CHECK(judged(R"(["journey:visit mean < 80ms", "journey:visit mean < 1ms"])",
               {"--set", "run=terminating"})
            .status == 2);
}

TEST_CASE("a run without objectives has nothing to miss", "[cli]") {
  const Outcome outcome = judged("[]");
  CHECK(outcome.status == 0);
  CHECK(outcome.out.starts_with("NOTHING TO JUDGE: "));
}

TEST_CASE("status 3 says that the input is wrong", "[cli]") {
  check_refused(judged(R"(["journey:vist mean < 1s"])"), "did you mean \"visit\"?");
  check_refused(judged(R"(["availability > 1 %%"])"), "/objectives/0");
}

}  // namespace lifeboat::tests
