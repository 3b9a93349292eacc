// What a year's availability comes to, as plain data: printed as text, Markdown, JSON and a page.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reports/availability/year.hpp"
#include "reports/document/report.hpp"
#include "reports/verdict/verdict.hpp"
#include "scenarios/year/year.hpp"

namespace lifeboat::reports {

/// Beside the row of YearEstimate of the same place.
struct YearIncidentReport {
  std::string scenario;
  std::string title;
  std::string given;
  scenarios::YearlyRate rate;
  std::uint32_t trials = 0;
  std::uint32_t not_recovered = 0;  ///< trials: what they lose later is not counted
  bool with_strategy = false;       ///< the strategy asked for stands in it
};

struct YearReport {
  std::string name;
  std::string title;
  std::string strategy;  ///< in the place of the scenarios' own; empty: those
  double promise = 0.9999;
  std::uint64_t seed = 1;
  std::uint32_t trials = 0;  ///< asked for, of each incident
  std::vector<YearIncidentReport> incidents;
  std::vector<std::string> left_out;  ///< names of incidents that were not reached
  YearEstimate estimate;              ///< rows as `incidents`
  /// Met where the long run keeps the promise with a chance of at least 95 %, missed where it does
  /// with at most 5 %.
  Verdict verdict = Verdict::kInconclusive;
  std::vector<Finding> findings;
  bool interrupted = false;
};

}  // namespace lifeboat::reports
