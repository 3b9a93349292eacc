// What a run keeps of its trials, and the report made of it.
//
// Trials are added in order and then forgotten: counts are summed, latencies merged, and of each
// trial a few figures are kept, from which come intervals, quantiles over trials and the choice
// of the trial to show. Counts are integers and latency histograms merge exactly; floating
// figures are kept a trial each and summed along a fixed tree. So a report has the same bytes
// however the trials were run.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "models/platform/meter_readings.hpp"
#include "reports/document/report.hpp"
#include "reports/studies/run_input.hpp"
#include "reports/verdict/judge.hpp"
#include "reports/verdict/trial_view.hpp"

namespace lifeboat::reports {

class Tally {
 public:
  /// The input must outlive it.
  explicit Tally(const RunInput& input);

  void add(const sim::TrialResult& result);
  /// A look at the verdicts, each bound with that error.
  void look(double error);
  [[nodiscard]] bool all_settled() const;
  [[nodiscard]] std::uint32_t trials() const;

  /// The report; `error` as in the last look.
  [[nodiscard]] Report report(double error) const;
  /// Index among the added trials of the one to show, and why; nothing before the first.
  struct Choice {
    std::uint32_t trial = 0;
    std::string why;
  };
  [[nodiscard]] std::optional<Choice> trial_to_show() const;

 private:
  struct Journey {
    sim::JourneyResult sum;
    std::vector<sim::Histogram> latencies;  // a trial each
    std::vector<double> rto_s;              // of trials that have one
  };
  struct Station {
    std::string name;
    sim::StationId id;
    std::uint64_t arrivals = 0;
    std::uint64_t rejected = 0;
    std::vector<double> busy, capacity, queue, in_service;
  };
  struct Deployment {
    std::vector<Station> stations;  // the headline first
    std::vector<double> cpu_used, cpu_reserved, running;
    std::uint64_t hits = 0;
    std::uint64_t misses = 0;
  };
  struct Trial {
    std::uint32_t trial = 0;
    std::uint64_t draws = 0;
    double measured_s = 0;
    Recovery whole;
    TrialLoss loss;
    std::vector<PathStretch> path;
    std::vector<FailoverRow> failover;
    double good = 0;
    double offered = 0;
    double bad_minutes = 0;
    bool overloaded = false;
    std::uint64_t events = 0;
  };

  void add_journeys(const TrialView& view);
  void add_deployments(const sim::TrialResult& result);
  void add_trial(const TrialView& view);
  void find_start_that_shows(const sim::TrialResult& result);
  void report_journeys(Report& report, double confidence) const;
  void report_services(Report& report) const;
  void report_recovery(Report& report, double confidence) const;
  void report_figures(Report& report, double confidence) const;
  void report_findings(Report& report) const;
  void report_cost(Report& report) const;
  [[nodiscard]] StationReport report_station(const Station& station) const;

  const RunInput* input_;
  std::vector<Journey> journeys_;
  std::vector<Deployment> deployments_;
  std::vector<Trial> trials_;
  Harm harm_;
  std::vector<ObjectiveJudge> judges_;
  std::vector<std::string> starts_that_show_;
  models::MeterReadings used_;
};

/// The path of a trial: from its fault to recovered, along the rows of its failover.
[[nodiscard]] std::vector<PathStretch> path_of(const TrialView& view,
                                               std::span<const FailoverRow> rows);

/// What is to be said where trials stopped at their memory budget.
[[nodiscard]] Finding overloaded_finding(std::size_t overloaded, std::size_t trials);

/// 16 hexadecimal digits over the resolved inputs, the seed and the trials' draws.
[[nodiscard]] std::string fingerprint_of(const RunInput& input,
                                         const std::vector<std::uint64_t>& draws);

}  // namespace lifeboat::reports
