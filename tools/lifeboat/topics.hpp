// What `lifeboat explain` teaches in its own words: how things are measured and judged.
#pragma once

#include <string_view>
#include <vector>

namespace lifeboat::tools {

struct Topic {
  std::string_view name;
  std::string_view summary;  ///< one line
  std::string_view text;     ///< paragraphs, lines of at most 80 columns
};

[[nodiscard]] const std::vector<Topic>& topics();

}  // namespace lifeboat::tools
