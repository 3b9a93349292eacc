// An alarm's rule as people write it, in CloudWatch's words.
#pragma once

#include <string_view>

#include "models/io/reader.hpp"
#include "models/watching/alarm.hpp"

namespace lifeboat::models {

/// Reads "comparisonOperator"; `source` says where the default comes from.
[[nodiscard]] Comparison read_comparison(io::ObjectReader& r, std::string_view source);

/// Reads "evaluationPeriods" (N), "datapointsToAlarm" (M, all of them where absent) and
/// "treatMissingData" into `alarm`.
void read_datapoints(io::ObjectReader& r, AlarmSpec& alarm, std::uint32_t periods,
                     std::string_view source);

}  // namespace lifeboat::models
