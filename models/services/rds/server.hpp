// One database server: the writer's, or that of a read replica.
//
// Connections (refused when all are taken), vCPUs shared by all that are inside, and a volume with
// two rates: IOs a second, and bytes a second where the IOs are large enough for that to bind
// first. A request takes its IOs' tokens together and then the sum of their latencies.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "models/platform/compiler.hpp"
#include "models/services/rds/description.hpp"

namespace lifeboat::models::rds {

struct Server {
  sim::StationId connections;
  sim::StationId cpu;
  sim::BucketId io;
  sim::BucketId io_ceiling;  ///< invalid where the volume does not burst
  sim::BucketId throughput;  ///< in KiB; invalid where the IO rate always binds first
};

/// `label` stands before the names of its stations; `at` is the service or a part of it.
[[nodiscard]] Server add_server(Compiler& compiler, const DeploymentSite& site,
                                const std::string& label, sim::DeploymentId at,
                                const Description& d);

/// Steps of `count` IOs of `kib` KiB each, one after another.
void read_and_write(Compiler& compiler, sim::PlanBuilder& plan, const Server& server,
                    std::uint32_t count, std::uint32_t kib, const sim::Law& latency,
                    std::string_view step_name);

}  // namespace lifeboat::models::rds
