// A platform's usage and the price books for it, read and checked together.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/io/document.hpp"
#include "models/io/problems.hpp"
#include "models/io/schema.hpp"
#include "models/prices/price_book.hpp"
#include "models/prices/usage.hpp"

namespace lifeboat::models {
struct Platform;
}  // namespace lifeboat::models

namespace lifeboat::models::io {
class ObjectReader;
}  // namespace lifeboat::models::io

namespace lifeboat::models::prices {

struct Billing {
  std::vector<Usage> usages;
  std::vector<PriceBook> books;
  /// By the platform's name of a region ("sg", "global"): its AWS code.
  std::vector<std::pair<std::string, std::string>> codes;

  /// The book that prices a region of the platform; null if there is none.
  [[nodiscard]] const PriceBook* book_of(std::string_view region) const;
};

/// What a platform's "billing" names: files with usage, files with prices.
struct BillingFiles {
  std::vector<io::Value> usage;
  std::vector<io::Value> price_books;
  [[nodiscard]] bool empty() const { return usage.empty() && price_books.empty(); }
};
/// Reads the key "billing" of a platform.
[[nodiscard]] BillingFiles read_billing_files(io::ObjectReader& platform);

/// Loads the files and checks them against each other and the platform: every line's price is in
/// its region's book and in the line's unit, its meters exist, what it assumes holds (a warning).
[[nodiscard]] Billing load_billing(const BillingFiles& files, const Platform& platform,
                                   io::Problems& problems);

}  // namespace lifeboat::models::prices
