// The values of a swept parameter, as a person writes them.
//
//     2,4,8                a list
//     2..6                 whole numbers, each
//     10ms..50ms:10ms      from, to, step; a unit stands at every number
//     100/s..400/s/4       from, to, and into how many points, evenly
//     pilot-light,warm-standby
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lifeboat::tools {

struct SweptValues {
  std::vector<std::string> values;
  std::vector<double> numbers;  ///< the same where all are numbers of one unit and grow; else empty
  std::string unit;             ///< "ms", "/s", "%"; empty: plain
};

/// The most values of one parameter.
inline constexpr std::size_t kMostValues = 100;

/// Throws UsageError, which names the text.
[[nodiscard]] SweptValues read_swept_values(const std::string& text);

/// The parts of a text between its commas, those inside brackets and quotes apart.
[[nodiscard]] std::vector<std::string> split_at_commas(std::string_view text);

}  // namespace lifeboat::tools
