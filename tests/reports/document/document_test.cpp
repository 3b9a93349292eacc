#include "reports/document/document.hpp"

#include <sstream>

#include <nlohmann/json.hpp>

#include "reports/studies/tally.hpp"
#include "reports/text/text_report.hpp"
#include "reports/text/words.hpp"
#include "tests/catch.hpp"
#include "tests/reports/made_up.hpp"

namespace lifeboat::reports {

namespace {

RunInput input_with_objectives() {
  RunInput input = tests::made_up_input();
  for (const char* text : {"rto < 1h in 95% of trials", "availability >= 99.9% during steady"}) {
    input.objectives.push_back(scenarios::parse_objective(text).value());
  }
  return input;
}

Report report_of(const RunInput& input, std::uint32_t trials, std::size_t seconds = 300) {
  Tally tally(input);
  for (std::uint32_t i = 0; i < trials; ++i) {
    tally.add(tests::made_up_failover(i, seconds + 10 * i));
  }
  tally.look(kError);
  return tally.report(kError);
}

}  // namespace

TEST_CASE("The result document is JSON with the figures of the run", "[unit]") {
  const RunInput input = input_with_objectives();
  const auto json = nlohmann::json::parse(result_document(report_of(input, 5)));
  CHECK(json["format"] == "lifeboat/result/1");
  CHECK(json["scenario"] == "made-up");
  CHECK(json["trials"] == 5);
  CHECK(json["verdict"] == "inconclusive");  // five clean trials do not show 95 %
  CHECK(json["objectives"].size() == 2);
  CHECK(json["objectives"][0]["share_met"] == 1.0);
  CHECK(json["objectives"][0]["trials_to_settle"] == 59);
  CHECK(json["objectives"][1]["verdict"] == "met");
  const auto& buy = json["journeys"]["buy"];
  CHECK(buy["offered"] == 5 * 36000);
  CHECK(buy["offered"].get<int>() ==
        buy["succeeded"].get<int>() + buy["failed"].get<int>() + buy["unfinished"].get<int>());
  CHECK(buy["failed_by"]["stale-region"] == buy["failed"]);
  CHECK(buy["latency"]["p50_s"].get<double>() == Approx(0.1).epsilon(0.01));
  CHECK(json["recovery"]["rto_s"]["recovered"] == 5);
  CHECK(json["recovery"]["rto_s"]["p50"] == 320.0);  // 320 or 350 s by bins of 30 s
  CHECK(json["recovery"]["critical_path"][0]["segment"] == "drain");
  CHECK(json.contains("run"));
}

TEST_CASE("A run without trials is a document too", "[unit]") {
  const RunInput input = input_with_objectives();
  const Report report = Tally(input).report(kError);
  const auto json = nlohmann::json::parse(result_document(report));
  CHECK(json["trials"] == 0);
  CHECK(json["verdict"] == "inconclusive");
  CHECK_FALSE(text_report(report, {}).empty());
}

TEST_CASE("Equal runs give equal bytes, another seed or input another fingerprint", "[unit]") {
  RunInput input = input_with_objectives();
  input.inputs = {{"scenario.json", "{}"}};
  const std::string first = result_document(report_of(input, 3));
  CHECK(first == result_document(report_of(input, 3)));
  const std::string fingerprint = report_of(input, 3).fingerprint;
  CHECK(fingerprint.size() == 16);
  input.options.seed = 2;
  CHECK(report_of(input, 3).fingerprint != fingerprint);
  input.options.seed = 1;
  input.inputs[0].second = "{ }";
  CHECK(report_of(input, 3).fingerprint != fingerprint);
}

TEST_CASE("The trial to show is that of the lower median recovery", "[unit]") {
  const RunInput input = input_with_objectives();
  Tally tally(input);
  CHECK_FALSE(tally.trial_to_show().has_value());
  for (const std::size_t seconds : {900U, 300U, 2600U, 600U}) {  // 2,600 s: not by the end
    tally.add(tests::made_up_failover(tally.trials(), seconds));
  }
  REQUIRE(tally.trial_to_show().has_value());
  CHECK(tally.trial_to_show()->trial == 3);  // 300, 600, 900, never
}

TEST_CASE("The page's data, the time series and the log show one trial", "[unit]") {
  const RunInput input = input_with_objectives();
  Study study;
  study.report = report_of(input, 2);
  ShownTrial shown;
  shown.trial = 1;
  shown.why = "the trial of median RTO";
  shown.result = tests::made_up_failover(1, 300);
  shown.phases = {{"steady", sim::Instant::origin(), sim::Instant::from_seconds(1000)}};
  study.report.shown = shown;
  const auto page = nlohmann::json::parse(page_data(study.report, input));
  CHECK(page["detail"]["trial"]["number"] == 2);
  CHECK(page["detail"]["series"].size() > 0);
  CHECK(page["detail"]["trials"].size() == 2);

  const std::string csv = timeseries_csv(study.report, input);
  CHECK(csv.starts_with("t_s,phase,subject,region,measure,value\n0,steady,look,,offered,10\n"));
  std::istringstream lines(csv);
  for (std::string line; std::getline(lines, line);) {
    REQUIRE(std::count(line.begin(), line.end(), ',') == 5);
  }
  const auto event = nlohmann::json::parse(events_jsonl(study));
  CHECK(event["t_s"] == 1000.0);
  CHECK(event["trial"] == 2);
}

TEST_CASE("The text starts with the verdict and keeps to 80 columns", "[unit]") {
  const RunInput input = input_with_objectives();
  const Report report = report_of(input, 5);
  const std::string text = text_report(report, {});
  CHECK(text.starts_with("INCONCLUSIVE: 1 of 2 objectives"));
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find("59 trials would settle it") != std::string::npos);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    INFO(line);
    CHECK(columns(line) <= 80);
  }
  CHECK(text_report(report, {.colours = true, .files = {}}).find("\x1b[") != std::string::npos);
}

}  // namespace lifeboat::reports
