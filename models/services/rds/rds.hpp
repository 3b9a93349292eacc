// The kind `rds`: a relational database with connections, processors, IO, a standby and replicas.
//
// A request takes one of max_connections places (refused where all are taken), its CPU time under
// processor sharing over the vCPUs, its IOs out of the volume's rate, each with a latency, and for
// a write the standby's part of the commit. Then the write is acknowledged and appended to the
// logs that lead to the copies in other regions (models/replication). README.md says the rest.
#pragma once

#include "models/platform/kind.hpp"

namespace lifeboat::models {

[[nodiscard]] const ServiceKind& rds_kind();

}  // namespace lifeboat::models
