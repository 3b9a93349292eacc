// Private to this folder: pieces of JSON shared by the result document and the page's data.
#pragma once

#include <cmath>
#include <optional>

#include <nlohmann/json.hpp>

#include "reports/comparison/comparison.hpp"
#include "reports/document/report.hpp"
#include "reports/seconds.hpp"
#include "reports/studies/run_input.hpp"

namespace lifeboat::reports {

using Json = nlohmann::ordered_json;

/// A finite number, or null.
[[nodiscard]] inline Json number(double value) {
  if (!std::isfinite(value)) return nullptr;
  return value;
}
[[nodiscard]] inline Json number(const std::optional<double>& value) {
  if (!value) return nullptr;
  return number(*value);
}
[[nodiscard]] inline Json seconds(sim::Instant t) {
  if (t.is_never()) return nullptr;
  return seconds_of(t);
}

/// Text with whatever is not UTF-8 replaced.
[[nodiscard]] inline std::string dump(const Json& json, int indent) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

/// Trials are counted from 1 where people read them.
[[nodiscard]] inline std::uint32_t trial_number(std::uint32_t trial) { return trial + 1; }

/// How the row of a figure of several designs begins, and a design's figure in it.
[[nodiscard]] Json figure_head_json(const std::string& label, const std::string& unit,
                                    bool is_objective, bool less_is_better);
[[nodiscard]] Json compared_figure_json(const ComparedFigure& figure);
/// What a design is declared to cost, into its object; null where it is not.
void add_declared(Json& json, const std::optional<DeclaredCost>& declared);

[[nodiscard]] Json comparison_json(const Comparison& comparison);
[[nodiscard]] Json result_json(const Report& report);
[[nodiscard]] Json findings_json(const std::vector<Finding>& findings);
[[nodiscard]] Json cost_json(const CostReport& cost);
[[nodiscard]] Json detail_json(const Report& report, const RunInput& input);
/// The failover of a trial as rows; for the result's timeline and the page's chart.
[[nodiscard]] Json failover_json(const std::vector<FailoverRow>& rows);

}  // namespace lifeboat::reports
