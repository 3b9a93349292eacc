// Which share of a key space's requests goes to which partition.
//
// A key's partition follows from its hash. The engine has no step that jumps by a key, so a
// request's partition is drawn with the share of the popularity that hashes there: the load of each
// partition is right, hot keys included, though two records of one request may part ways.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/network/builder.hpp"

namespace lifeboat::models::msk {

/// Shares by partition, with sum 1.
[[nodiscard]] std::vector<double> partition_shares(const sim::KeySpace& keys,
                                                   std::uint32_t partitions);

/// Steps that jump to `to[i]` with probability `shares[i]`: a balanced tree of branches.
void jump_by_shares(sim::PlanBuilder& plan, const std::vector<double>& shares,
                    const std::vector<sim::PlanBuilder::Label>& to);

}  // namespace lifeboat::models::msk
