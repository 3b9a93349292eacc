// What one broker takes in, by its type.
//
// Express types: the published throttle ("MSK Express quotas", public copy). Standard types have no
// hard quota, they are bounded by volumes and network; guess: kafka.t3.small 1 to 2 MB/s,
// kafka.m5.large 5 to 15 MB/s from producers at a replication factor of 3, and in proportion to
// the vCPU above.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lifeboat::models::msk {

/// Megabytes a second from producers that one broker carries, its part of three copies included.
[[nodiscard]] std::optional<double> broker_megabytes_per_second(std::string_view type);
[[nodiscard]] std::vector<std::string> broker_type_names();

}  // namespace lifeboat::models::msk
