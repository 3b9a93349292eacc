// A bill as a person reads it: categories, services and lines, each with what it rests on.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "models/prices/bill.hpp"

namespace lifeboat::reports {

struct BillTextOptions {
  std::string platform;  ///< name
  bool colours = false;
  /// Other currencies to show the total in, beside those that the bill names: code, millionths.
  std::vector<std::pair<std::string, std::int64_t>> exchange;
};

/// The whole bill, 80 columns: declared alone, or declared and simulated side by side.
[[nodiscard]] std::string bill_text(const models::prices::Bill& bill,
                                    const BillTextOptions& options);

/// Categories with declared and simulated totals, for the report of a run.
[[nodiscard]] std::string category_table(const models::prices::Bill& bill);

/// A quantity in few characters that lose nothing: "50M", "2,628k", "0.94".
[[nodiscard]] std::string exact_words(models::prices::Quantity quantity);
/// A quantity with four significant digits: "92.41M", "24.82k", "730".
[[nodiscard]] std::string rounded_words(models::prices::Quantity quantity);

}  // namespace lifeboat::reports
