#include "tools/lifeboat/problem_text.hpp"

#include <fmt/format.h>

namespace lifeboat::tools {

std::string problem_text(const models::io::Problems& problems) {
  std::string text;
  for (const std::string& line : problems.lines()) text += line + "\n";
  if (problems.has_errors()) {
    const std::size_t count = problems.errors();
    text += fmt::format("{} error{}\n", count, count == 1 ? "" : "s");
  }
  return text;
}

}  // namespace lifeboat::tools
