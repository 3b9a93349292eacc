#include "tools/lifeboat/rows.hpp"

#include <algorithm>

#include "reports/text/words.hpp"

namespace lifeboat::tools {

namespace {

constexpr std::size_t kWidest = 30;

}  // namespace

std::size_t width_of(const Rows& rows) {
  std::size_t width = 0;
  for (const auto& [name, what] : rows) width = std::max(width, reports::columns(name));
  return std::min(width, kWidest);
}

std::string rows_text(const Rows& rows, std::size_t width) {
  std::string text;
  for (const auto& [name, what] : rows) {
    bool first = reports::columns(name) <= width;
    if (!first) text += "  " + name + "\n";
    for (const std::string& line : reports::wrap(what.empty() ? "-" : what, 76 - width)) {
      const std::string start =
          first ? "  " + reports::pad(name, width) + "  " : std::string(width + 4, ' ');
      text += start + line + "\n";
      first = false;
    }
  }
  return text;
}

}  // namespace lifeboat::tools
