// A level of a metric as conditions and alarms write it: "60%", "250ms" or "12".
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lifeboat::models::io {

struct Level {
  double value = 0;  ///< a percentage as a share, a duration in seconds
  std::string unit;  ///< "%", "s" or "1", as metrics name theirs
};

/// Nothing where the text is neither a percentage nor a duration nor a plain number.
[[nodiscard]] std::optional<Level> parse_level(std::string_view text);

/// What may be written for a level of that unit: "a percentage".
[[nodiscard]] std::string_view level_of_unit(std::string_view unit);

}  // namespace lifeboat::models::io
