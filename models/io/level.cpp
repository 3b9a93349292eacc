#include "models/io/level.hpp"

#include "models/io/quantity.hpp"

namespace lifeboat::models::io {

std::optional<Level> parse_level(std::string_view text) {
  if (const auto share = parse_ratio(text)) return Level{share.value().value, "%"};
  if (const auto time = parse_duration(text)) return Level{time.value().to_seconds(), "s"};
  if (const auto number = parse_number(text)) return Level{number.value(), "1"};
  return std::nullopt;
}

std::string_view level_of_unit(std::string_view unit) {
  if (unit == "%") return "a percentage";
  return unit == "s" ? "a duration" : "a plain number";
}

}  // namespace lifeboat::models::io
