// What each service kind costs: a request that passes one, beside one that passes a station alone.
//
// The platforms stand in models/kinds.platform.json: for each kind the services whose names begin
// with its own, and a journey of its name at 200 requests a second.
#pragma once

#include <string>
#include <vector>

#include "tools/bench/measure.hpp"

namespace lifeboat::bench {

struct KindCost {
  std::string kind;
  Measurement measurement;
};

/// Those that can be measured, "queue" (the least) first.
[[nodiscard]] std::vector<std::string> measured_kinds();

/// Measures those (all, if none is named) and "queue", each in a process of its own.
[[nodiscard]] std::vector<KindCost> measure_kinds(const std::vector<std::string>& names,
                                                  const MeasureOptions& options);

/// The first row is "queue".
[[nodiscard]] std::string kinds_text(const std::vector<KindCost>& kinds);
/// Format lifeboat/bench-kinds/1.
[[nodiscard]] std::string kinds_document(const std::vector<KindCost>& kinds);

}  // namespace lifeboat::bench
