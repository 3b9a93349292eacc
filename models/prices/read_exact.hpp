// Reading exact quantities, prices and sums from the keys of an object; what is wrong is reported
// where it stands.
#pragma once

#include <optional>

#include "models/io/reader.hpp"
#include "models/prices/exact.hpp"

namespace lifeboat::models::prices {

[[nodiscard]] std::optional<UnitQuantity> required_quantity(io::ObjectReader& r,
                                                            const io::Parameter& p);
[[nodiscard]] std::optional<UnitQuantity> maybe_quantity(io::ObjectReader& r,
                                                         const io::Parameter& p);
[[nodiscard]] std::optional<PriceText> required_price(io::ObjectReader& r, const io::Parameter& p);
[[nodiscard]] std::optional<PriceText> maybe_price(io::ObjectReader& r, const io::Parameter& p);
[[nodiscard]] std::optional<Cents> maybe_cents(io::ObjectReader& r, const io::Parameter& p);

}  // namespace lifeboat::models::prices
