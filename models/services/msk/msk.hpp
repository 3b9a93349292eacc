// The kind `msk`: a Kafka cluster: partitions with leaders on brokers, replicas, consumer groups.
//
// A record goes to the partition of its key, whose leader and in-sync replicas work it off as
// shared servers; the producer waits as its acks say, and tries again while the cluster refuses. A
// consumer group works each partition off with at most one consumer. Leaders move when brokers are
// lost. README.md says the rest.
#pragma once

#include "models/platform/kind.hpp"

namespace lifeboat::models {

[[nodiscard]] const ServiceKind& msk_kind();

}  // namespace lifeboat::models
