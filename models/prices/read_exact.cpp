#include "models/prices/read_exact.hpp"

#include <string>

namespace lifeboat::models::prices {
namespace {

template <class T>
std::optional<T> parsed(io::ObjectReader& r, const io::Parameter& p, bool required,
                        io::Parsed<T> (*parse)(std::string_view)) {
  std::optional<std::string> text;
  if (required) {
    text = r.required_string(p);
    const io::Member* found = r.describing() ? nullptr : r.value().find(p.name);
    if (found == nullptr || !found->value.is_string()) return std::nullopt;  // reported
  } else {
    text = r.maybe_string(p);
  }
  if (!text || r.describing()) return std::nullopt;
  const io::Parsed<T> result = parse(*text);
  if (result) return result.value();
  r.error(p.name, result.complaint().text, result.complaint().expected,
          result.complaint().suggestion);
  return std::nullopt;
}

}  // namespace

std::optional<UnitQuantity> required_quantity(io::ObjectReader& r, const io::Parameter& p) {
  return parsed(r, p, true, parse_quantity);
}
std::optional<UnitQuantity> maybe_quantity(io::ObjectReader& r, const io::Parameter& p) {
  return parsed(r, p, false, parse_quantity);
}
std::optional<PriceText> required_price(io::ObjectReader& r, const io::Parameter& p) {
  return parsed(r, p, true, parse_price);
}
std::optional<PriceText> maybe_price(io::ObjectReader& r, const io::Parameter& p) {
  return parsed(r, p, false, parse_price);
}
std::optional<Cents> maybe_cents(io::ObjectReader& r, const io::Parameter& p) {
  return parsed(r, p, false, parse_cents);
}

}  // namespace lifeboat::models::prices
