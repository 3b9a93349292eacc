// A bill as a document: "lifeboat/bill/1", and the block "cost" of a run's result.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "models/prices/bill.hpp"

namespace lifeboat::reports {

/// The whole bill as JSON text, a line break at its end. `exchange`: as in BillTextOptions.
[[nodiscard]] std::string bill_document(
    const models::prices::Bill& bill, const std::string& platform,
    const std::vector<std::pair<std::string, std::int64_t>>& exchange);

}  // namespace lifeboat::reports
