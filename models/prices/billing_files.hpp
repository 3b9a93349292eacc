// Which files a platform names for its bill.
#pragma once

#include <vector>

#include "models/io/document.hpp"

namespace lifeboat::models::io {
class ObjectReader;
}  // namespace lifeboat::models::io

namespace lifeboat::models::prices {

/// What a platform's "billing" names: files with usage, files with prices; each a path, or what
/// stands there.
struct BillingFiles {
  std::vector<io::Value> usage;
  std::vector<io::Value> price_books;
  [[nodiscard]] bool empty() const { return usage.empty() && price_books.empty(); }
};

/// Reads the key "billing" of a platform.
[[nodiscard]] BillingFiles read_billing_files(io::ObjectReader& platform);

}  // namespace lifeboat::models::prices
