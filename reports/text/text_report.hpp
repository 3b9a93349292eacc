// What a person reads on a terminal when a run has ended: the verdict first, in words; then the
// objectives, the key figures, what took the time, what was lost, what to be careful about.
// 80 columns, colours only where asked for.
#pragma once

#include <string>
#include <vector>

#include "reports/document/report.hpp"

namespace lifeboat::reports {

struct TextOptions {
  bool colours = false;
  /// Files that were written, for the last lines.
  std::vector<std::string> files;
};

[[nodiscard]] std::string text_report(const Report& report, const TextOptions& options);

}  // namespace lifeboat::reports
