// Two columns, 80 wide: names, and what they are.
//
//   alb         Application Load Balancer: routing, health checks, idle timeout
//   cloudfront  a content delivery network: caches by key and lifetime in front of
//               an origin
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace lifeboat::tools {

/// Names, and what they are.
using Rows = std::vector<std::pair<std::string, std::string>>;

/// Columns of the longest name, but no more than leaves room for the text.
[[nodiscard]] std::size_t width_of(const Rows& rows);

/// The rows, indented by two, the texts wrapped; a longer name has a line of its own.
[[nodiscard]] std::string rows_text(const Rows& rows, std::size_t width);

}  // namespace lifeboat::tools
