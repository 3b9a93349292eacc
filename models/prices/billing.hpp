// A platform's usage and the price books for it, read and checked together.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/io/problems.hpp"
#include "models/prices/billing_files.hpp"
#include "models/prices/price_book.hpp"
#include "models/prices/usage.hpp"

namespace lifeboat::models {
struct Platform;
}  // namespace lifeboat::models

namespace lifeboat::models::prices {

struct Billing {
  std::vector<Usage> usages;
  std::vector<PriceBook> books;
  /// By the platform's name of a region ("sg", "global"): its AWS code.
  std::vector<std::pair<std::string, std::string>> codes;

  /// The book that prices a region of the platform; null if there is none.
  [[nodiscard]] const PriceBook* book_of(std::string_view region) const;
};

/// Loads the files and checks them against each other and the platform: every line's price is in
/// its region's book and in the line's unit, its meters exist, what it assumes holds (a warning).
[[nodiscard]] Billing load_billing(const BillingFiles& files, const Platform& platform,
                                   io::Problems& problems);

}  // namespace lifeboat::models::prices
