#include "reports/verdict/judge.hpp"

#include "reports/verdict/shortfall.hpp"
#include "tests/catch.hpp"
#include "tests/reports/made_up.hpp"

namespace lifeboat::reports {

namespace {

RunInput input_with(const std::string& objective) {
  RunInput input = tests::made_up_input();
  const auto parsed = scenarios::parse_objective(objective);
  REQUIRE(parsed.ok());
  input.objectives.push_back(parsed.value());
  return input;
}

ObjectiveReport judge(const RunInput& input, const std::vector<sim::TrialResult>& trials) {
  ObjectiveJudge judge(input, input.objectives[0]);
  for (const sim::TrialResult& trial : trials) judge.add(view_of(input, trial));
  judge.look(kError);
  return judge.report(kError);
}

ObjectiveReport judge(const std::string& objective, const std::vector<sim::TrialResult>& trials) {
  const RunInput input = input_with(objective);
  return judge(input, trials);
}

std::vector<sim::TrialResult> failovers(const std::vector<std::size_t>& seconds) {
  std::vector<sim::TrialResult> trials;
  for (const std::size_t s : seconds) {
    trials.push_back(tests::made_up_failover(static_cast<std::uint32_t>(trials.size()), s));
  }
  return trials;
}

}  // namespace

TEST_CASE("A recovery objective counts the trials that meet it", "[unit]") {
  // "buy" fails from 1,000 s for 300, 600 and 900 s. Bins of 30 s begin at 990 s; the first good
  // one begins at 1,320, 1,620 and 1,920 s (the bin [1290, 1320) still has 100 bad of 300).
  const ObjectiveReport report = judge("rto < 10m in 60% of trials", failovers({300, 600, 900}));
  REQUIRE(report.estimate);
  CHECK(*report.estimate == Approx(620));
  CHECK(report.p50 == 620.0);
  CHECK(report.p95 == 920.0);
  CHECK(report.share_met == Approx(1.0 / 3));
  CHECK(report.share_needed == 0.6);
  CHECK(report.verdict == Verdict::kInconclusive);
  CHECK(report.confidence == Approx(0.9));
}

TEST_CASE("A trial that has not recovered is a miss once the threshold has passed", "[unit]") {
  // Fails to the end: 2,600 s after the fault.
  const auto trials = failovers({2600, 2600, 2600, 2600});
  CHECK(judge("rto < 40m", trials).verdict == Verdict::kMissed);  // 2,400 s have passed
  const ObjectiveReport open = judge("rto < 1h", trials);
  CHECK(open.verdict == Verdict::kInconclusive);
  CHECK_FALSE(open.estimate.has_value());
  CHECK_FALSE(open.p95.has_value());
}

TEST_CASE("Availability is the share of good attempts at journeys with an entry", "[unit]") {
  // 600 of 3,600 s of one of two equal journeys: 1 - 1/12.
  const auto trials = failovers({600, 600, 600});
  const ObjectiveReport report = judge("availability >= 90%", trials);
  CHECK(*report.estimate == Approx(1 - 1.0 / 12));
  CHECK(report.verdict == Verdict::kMet);
  CHECK(judge("availability >= 92%", trials).verdict == Verdict::kMissed);
  CHECK(judge("errors < 8%", trials).verdict == Verdict::kMissed);
  CHECK(*judge("journey:buy errors < 50%", trials).estimate == Approx(1.0 / 6));
}

TEST_CASE("Availability during steady leaves the incident out", "[unit]") {
  const ObjectiveReport report =
      judge("availability >= 99.9% during steady", failovers({600, 900}));
  CHECK(*report.estimate == 1);
  CHECK(report.verdict == Verdict::kMet);
}

TEST_CASE("In a quantile failures count as infinitely slow", "[unit]") {
  const auto trials = failovers({600, 600, 600});  // a sixth of "buy" fails
  const ObjectiveReport p80 = judge("journey:buy p(80) < 200ms", trials);
  CHECK(*p80.estimate == Approx(0.1).epsilon(0.01));
  CHECK(p80.verdict == Verdict::kMet);
  const ObjectiveReport p90 = judge("journey:buy p(90) < 200ms", trials);
  CHECK_FALSE(p90.estimate.has_value());  // among the failures
  CHECK(p90.verdict == Verdict::kMissed);
  CHECK(judge("journey:look p(99) < 200ms", trials).verdict == Verdict::kMet);
}

TEST_CASE("With too few requests beyond a quantile there is no figure and no verdict", "[unit]") {
  std::vector<sim::TrialResult> trials;
  for (std::uint32_t i = 0; i < 3; ++i) trials.push_back(tests::made_up_trial(i, 1));
  // 3 x 360 requests: 10.8 beyond p99.
  const ObjectiveReport report = judge("journey:look p(99) < 200ms", trials);
  CHECK_FALSE(report.estimate.has_value());
  CHECK(report.verdict == Verdict::kInconclusive);
  CHECK(report.reason.find("too few") != std::string::npos);
}

TEST_CASE("Of every journey the worst is reported", "[unit]") {
  const ObjectiveReport report = judge("journey:* errors < 1%", failovers({600, 600}));
  CHECK(report.subject == "buy");
  CHECK(report.verdict == Verdict::kMissed);
}

TEST_CASE("Bad minutes count minutes in which a critical journey is bad", "[unit]") {
  // Bad from 1,000 s for 600 s: minutes 16 (from 960 s) to 26 (1,560 to 1,620 s).
  CHECK(*judge("bad-minutes < 30", failovers({600, 600})).estimate == Approx(11));
}

TEST_CASE("What was lost is judged by store, by class and as a whole", "[unit]") {
  auto trials = failovers({300, 300, 300, 300});
  for (auto& trial : trials) {
    sim::LossResult loss;
    loss.log = sim::LogId{0};
    loss.rpo_seconds = 2;
    trial.losses.push_back(loss);
    trial.records[0].lost = 7;
  }
  CHECK(*judge("rpo < 1h", trials).estimate == 2);
  CHECK(*judge("rpo:orders-db < 1h", trials).estimate == 2);
  CHECK(*judge("rpo:orders < 1h", trials).estimate == 2);
  CHECK(*judge("lost:orders < 5", trials).estimate == 7);
  CHECK(judge("lost:orders < 5", trials).verdict == Verdict::kMissed);
}

TEST_CASE("One trial gives no verdict, unless the run is steady", "[unit]") {
  const std::vector<sim::TrialResult> one{tests::made_up_trial(0)};
  RunInput input = input_with("journey:look p(99) < 200ms");
  CHECK(judge(input, one).verdict == Verdict::kInconclusive);
  input.steady = true;
  CHECK(judge(input, one).verdict == Verdict::kMet);
  RunInput slow = input_with("journey:look mean < 50ms");
  slow.steady = true;
  CHECK(judge(slow, one).verdict == Verdict::kMissed);
}

TEST_CASE("A verdict that a look settled stays", "[unit]") {
  const RunInput input = input_with("errors < 1%");
  ObjectiveJudge judge(input, input.objectives[0]);
  for (std::uint32_t i = 0; i < 3; ++i) {
    const auto trial = tests::made_up_trial(i);
    judge.add(view_of(input, trial));
  }
  judge.look(kError);
  REQUIRE(judge.settled());
  const auto bad = tests::made_up_failover(3, 600);
  judge.add(view_of(input, bad));
  judge.look(kError);
  CHECK(judge.report(kError).verdict == Verdict::kMet);
}

// Of six minutes one has its processors spent (0.96 of a processor), one has more waiting than
// there are tasks; 0.94, as many waiting as tasks, and nothing at all are no shortfall.
TEST_CASE("A minute falls short where processors are spent or requests wait", "[unit]") {
  const auto minute = [](float used, float reserved, float running, float queued) {
    return sim::GroupMinute{used, reserved, running, queued};
  };
  CHECK(falls_short(minute(0.96F, 1, 2, 0)));
  CHECK_FALSE(falls_short(minute(0.94F, 1, 2, 0)));
  CHECK(falls_short(minute(0.1F, 1, 2, 3)));
  CHECK_FALSE(falls_short(minute(0.1F, 1, 2, 2)));
  CHECK_FALSE(falls_short(minute(0, 0, 0, 0)));
  CHECK(falls_short(minute(0, 0, 0, 1)));
}

TEST_CASE("What this version cannot judge is said before anything runs", "[unit]") {
  for (const char* text : {"availability >= 99.99% per year", "rto < 4h during steady",
                           "service:* shortfall-minutes < 5", "service:* utilization max(1m) < 90%",
                           "service:* backlog-age p(95) < 10m"}) {
    INFO(text);
    const auto parsed = scenarios::parse_objective(text);
    if (!parsed.ok()) continue;  // the grammar refuses it already
    RunInput input = tests::made_up_input();
    input.objectives.push_back(parsed.value());
    CHECK_FALSE(check_objectives(input).empty());
  }
  RunInput fine = input_with("availability >= 99.9% during steady");
  CHECK(check_objectives(fine).empty());
}

}  // namespace lifeboat::reports
