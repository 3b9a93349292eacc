// The kind `dynamodb`: a table of partitions, with copies in other regions that all take writes.
//
// A call takes capacity units from the partition of its key, and is throttled where there are none
// left: 3,000 read units and 1,000 write units a second a partition, however large the table. A
// provisioned table has a limit for the whole beside that, with 300 s of unused capacity for
// bursts. What passes takes its latency. README.md says the rest.
#pragma once

#include "models/platform/kind.hpp"

namespace lifeboat::models {

[[nodiscard]] const ServiceKind& dynamodb_kind();

}  // namespace lifeboat::models
