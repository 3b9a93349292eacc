#include "models/prices/price_book.hpp"

#include <algorithm>

namespace lifeboat::models::prices {

const PriceItem* PriceBook::find(std::string_view item) const {
  const auto found = items.find(item);
  return found == items.end() ? nullptr : &found->second;
}

std::vector<std::string> PriceBook::item_names() const {
  std::vector<std::string> names;
  for (const auto& [key, item] : items) names.push_back(key);
  return names;
}

Charge charge(const PriceItem& item, Quantity quantity, bool takes_free) {
  std::int64_t billed = std::max(quantity, item.minimum).micro;
  if (const std::int64_t step = item.increment.micro; step > 0) {
    const std::int64_t over = billed % step;
    if (over > 0 && billed <= INT64_MAX - step) billed += step - over;
  }
  if (takes_free) billed = std::max<std::int64_t>(0, billed - item.free.micro);
  ExactSum sum;
  std::int64_t done = 0;
  for (const PriceBand& band : item.bands) {
    const std::int64_t end = band.up_to ? std::min(billed, band.up_to->micro) : billed;
    if (end <= done) continue;
    sum.add(Quantity{end - done}, band.price.price);
    done = end;
  }
  return {Quantity{billed}, sum.rounded()};
}

}  // namespace lifeboat::models::prices
