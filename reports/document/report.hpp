// What a run found, as plain data. The result document, the text on the terminal and the page are
// all printed from this, so that they never disagree. reports/README.md defines every figure.
//
// Times are seconds, shares run from 0 to 1. A figure that does not exist (no fault, too few
// requests) is absent, never a sentinel.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/prices/bill.hpp"
#include "reports/recovery/critical_path.hpp"
#include "reports/recovery/harm.hpp"
#include "reports/recovery/recovery.hpp"
#include "reports/verdict/summary.hpp"
#include "reports/verdict/verdict.hpp"
#include "sim/trial/result.hpp"

namespace lifeboat::reports {

/// Something that a reader should know before trusting a figure.
struct Finding {
  std::string severity;  ///< info, warning
  std::string code;      ///< stable, for programs
  std::string text;      ///< a sentence
};

struct ObjectiveReport {
  std::string objective;  ///< as written
  std::string words;      ///< in words: "Recovered within 4 h in at least 95 % of trials"
  std::string subject;    ///< for "*": the journey or service that decided
  std::optional<double> estimate;
  std::optional<double> p50;
  std::optional<double> p95;
  std::string unit;  ///< s, share, min, count
  std::optional<double> low;
  std::optional<double> high;
  double confidence = 0.9;  ///< of low to high, two-sided
  double threshold = 0;
  std::optional<double> share_needed;  ///< objectives on chances: of trials
  std::optional<double> share_met;
  std::optional<double> share_low;
  Verdict verdict = Verdict::kInconclusive;
  std::optional<std::uint32_t> trials_to_settle;
  std::string reason;  ///< a sentence on how the verdict came about
};

/// A quantile with its interval; absent where fewer than 20 requests lie beyond it.
struct QuantileReport {
  std::optional<double> value;
  std::optional<double> low;
  std::optional<double> high;
};

/// Of successes.
struct LatencyReport {
  std::optional<double> mean_s;
  std::optional<double> mean_low_s;
  std::optional<double> mean_high_s;
  QuantileReport p50;
  QuantileReport p90;
  QuantileReport p99;
  std::optional<double> max_s;
};

/// Time of one service in a journey's successful requests, mean seconds a request.
struct WhereReport {
  std::string service;
  double wait_s = 0;
  double service_s = 0;
};

struct JourneyReport {
  std::string name;
  bool critical = false;
  bool followed = false;  ///< asynchronous
  std::optional<double> good_within_s;
  std::uint64_t offered = 0;
  std::uint64_t succeeded = 0;
  std::uint64_t good = 0;
  std::uint64_t failed = 0;
  std::uint64_t unfinished = 0;
  std::uint64_t came_back = 0;
  std::array<std::uint64_t, sim::kCauseCount> failed_by{};
  std::vector<std::pair<std::string, std::uint64_t>> served_by;
  LatencyReport latency;
  std::vector<WhereReport> where;
  std::optional<double> rto_p50_s;  ///< over trials that recovered or were not breached
  std::optional<double> rto_p95_s;
};

struct StationReport {
  std::uint64_t arrivals = 0;
  std::uint64_t rejected = 0;
  std::optional<double> utilization;
  double mean_number_waiting = 0;
  std::optional<double> mean_wait_s;     ///< of the accepted
  std::optional<double> mean_sojourn_s;  ///< wait and service
};

struct ServiceReport {
  std::string service;
  std::string region;  ///< empty: global
  std::string kind;
  StationReport headline;
  std::vector<std::pair<std::string, StationReport>> stations;
  std::optional<double> running_tasks;  ///< time average
  std::optional<double> hit_ratio;
};

struct StoreLossReport {
  std::string store;
  Summary seconds;
  Summary writes_lost;
  bool any_opened = false;  ///< a copy opened in some trial
};

struct ClassLossReport {
  std::string name;
  bool critical = false;
  Summary lost;
  Summary stranded;
  Summary torn;
  Summary duplicate;
  double p_any_lost = 0;
  double p_any_low = 0;
  double p_any_high = 1;
};

struct RecoveryReport {
  Summary rto;  ///< over trials that recovered or were not breached
  std::uint32_t recovered = 0;
  std::uint32_t censored = 0;
  std::uint32_t not_breached = 0;
  std::uint32_t already_failing = 0;
  std::uint32_t relapsed = 0;  ///< trials with a relapse
  Summary rpo;                 ///< the whole's: the worst critical class
  std::vector<StoreLossReport> stores;
  std::vector<ClassLossReport> classes;
  std::vector<PathSegment> critical_path;
  std::vector<HarmRow> hurt_most;     ///< of the entry journeys, the worst first
  std::vector<FailoverRow> timeline;  ///< of the trial of median RTO
};

/// A figure beside the objectives: availability, bad minutes.
struct FigureReport {
  std::string name;
  std::string label;
  double value = 0;
  std::optional<double> low;
  std::optional<double> high;
  std::string unit;
  std::string note;
};

/// One row a trial.
struct TrialReport {
  std::uint32_t trial = 0;
  Recovery whole;
  std::optional<double> rpo_s;
  std::uint64_t lost = 0;
};

struct NamedWindow {
  std::string name;
  sim::Instant from;
  sim::Instant to;
};

/// The trial that the time series, the incident log and the page show.
struct ShownTrial {
  std::uint32_t trial = 0;
  std::string why;
  sim::TrialResult result;
  Recovery whole;
  std::vector<FailoverRow> failover;
  std::vector<NamedWindow> phases;
};

/// How the run went: the only part that may differ between two runs of one seed.
struct RunReport {
  std::uint64_t events = 0;
  double wall_s = 0;
  std::uint64_t peak_rss_bytes = 0;
};

/// What the run's platform costs: a month, declared and simulated, and the run itself.
struct CostReport {
  models::prices::Bill bill;
  double run_hours = 0;             ///< measured, mean of the trials
  models::prices::Cents run;        ///< the simulated month's share of those hours
  models::prices::Cents run_apart;  ///< the same of what is kept apart
};

struct Report {
  std::string scenario;
  std::string title;
  std::string platform;
  std::string strategy;  ///< chosen in the place of the scenario's own; empty: that one
  std::string given;     ///< what the figures are conditional on; empty: no fault was injected
  std::uint64_t seed = 1;
  std::uint32_t trials = 0;
  bool planned_looks = true;
  double confidence = 0;             ///< two-sided, of the intervals of figures and latencies
  bool ends_when_recovered = false;  ///< trials end soon after they have recovered
  bool interrupted = false;
  bool steady = false;
  std::string fingerprint;
  sim::Duration duration;
  Verdict verdict = Verdict::kInconclusive;
  std::vector<Finding> findings;
  std::vector<ObjectiveReport> objectives;
  std::vector<FigureReport> figures;
  std::vector<JourneyReport> journeys;
  std::vector<ServiceReport> services;
  bool has_faults = false;
  RecoveryReport recovery;
  std::vector<TrialReport> trial_rows;
  std::optional<ShownTrial> shown;
  std::optional<CostReport> cost;  ///< where the platform declares a billing
  RunReport run;
};

}  // namespace lifeboat::reports
