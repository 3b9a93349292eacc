// The result document (format lifeboat/result/1) and the files that stand beside it.
//
// JSON with keys in a fixed order, floats as the shortest decimal that reads back as the same
// double, so that equal figures are equal bytes on every machine. Only the block `run` may differ
// between two runs of one seed. What does not exist is left out or null; a document never holds a
// NaN. reports/README.md says what each figure means.
#pragma once

#include <string>

#include "reports/document/report.hpp"
#include "reports/studies/run_input.hpp"
#include "reports/studies/run_study.hpp"

namespace lifeboat::reports {

/// One JSON document, indented, with a line break at its end.
[[nodiscard]] std::string result_document(const Report& report);

/// CSV, long: t_s,phase,subject,region,measure,value; a row for each interval and measure of the
/// trial shown. Empty but for its header without one.
[[nodiscard]] std::string timeseries_csv(const Report& report, const RunInput& input);

/// One JSON object a line: {"t_s", "trial", "kind", "subject", "region", "text", "cause"}, of the
/// trial shown, or of all trials where the study kept them.
[[nodiscard]] std::string events_jsonl(const Study& study);

/// The data of the page (reports/html/README.md): {"result": ..., "detail": ...}.
[[nodiscard]] std::string page_data(const Report& report, const RunInput& input);

}  // namespace lifeboat::reports
