// Private to scenarios/faults: what each `actionId` reads and does. One row of the table in
// fault_kinds.cpp is one kind of fault; everything that a fault can do is FaultEffects.
#pragma once

#include <string_view>
#include <vector>

#include "models/io/reader.hpp"
#include "scenarios/faults/faults.hpp"

namespace lifeboat::scenarios::detail {

/// What the target of an action must be.
enum class Hits : std::uint8_t { kDeployments, kRegion };

struct FaultKindRow {
  FaultKind kind;
  Hits hits;
  /// Reads `parameters`; called with an empty object where the file has none.
  FaultEffects (*read)(models::io::ObjectReader& parameters);
};

/// Sorted by actionId.
const std::vector<FaultKindRow>& fault_kind_rows();
const FaultKindRow* find_fault_kind(std::string_view action_id);

}  // namespace lifeboat::scenarios::detail
