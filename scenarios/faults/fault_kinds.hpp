// Private to scenarios/faults: what each `actionId` reads and does. One row of the table in
// fault_kinds.cpp is one kind of fault; everything that a fault can do is FaultEffects.
#pragma once

#include <vector>

#include "models/io/reader.hpp"
#include "scenarios/faults/faults.hpp"

namespace lifeboat::scenarios::detail {

struct FaultKindRow {
  FaultKind kind;
  /// Reads `parameters`; called with an empty object where the file has none.
  FaultEffects (*read)(models::io::ObjectReader& parameters);
};

/// Sorted by actionId.
const std::vector<FaultKindRow>& fault_kind_rows();
const FaultKindRow* find_fault_kind(std::string_view action_id);

}  // namespace lifeboat::scenarios::detail
