// Typed indices into the tables of a network.
//
// Everything that the engine knows is a row of a table and is named by its index; the index of a
// station and that of a gate are different types, so that one is never passed for the other.
#pragma once

#include <compare>
#include <cstdint>

namespace lifeboat::sim {

inline constexpr std::uint32_t kNone = 0xffffffffU;

/// Index of a row in the table named by Tag; default-constructed it names nothing.
template <class Tag>
class Id {
 public:
  constexpr Id() = default;
  constexpr explicit Id(std::uint32_t index) : index_(index) {}
  [[nodiscard]] constexpr std::uint32_t index() const { return index_; }
  [[nodiscard]] constexpr bool valid() const { return index_ != kNone; }
  constexpr auto operator<=>(const Id&) const = default;

 private:
  std::uint32_t index_ = kNone;
};

using RegionId = Id<struct RegionTag>;
using DeploymentId = Id<struct DeploymentTag>;  ///< one service in one region, with its gate
using StationId = Id<struct StationTag>;
using TaskGroupId = Id<struct TaskGroupTag>;  ///< interchangeable tasks behind one balancer
using LawId = Id<struct LawTag>;
using PlanId = Id<struct PlanTag>;
using BucketId = Id<struct BucketTag>;          ///< token bucket
using PartitionsId = Id<struct PartitionsTag>;  ///< a table's partitions, which may be split
using RateRuleId = Id<struct RateRuleTag>;      ///< limit on each client's requests in a window
using CacheId = Id<struct CacheTag>;
using KeySpaceId = Id<struct KeySpaceTag>;
using BufferId = Id<struct BufferTag>;  ///< message queue with visibility
using LogId = Id<struct LogTag>;        ///< replication stream from one copy of a store to another
using RecordClassId = Id<struct RecordClassTag>;  ///< data class: which writes make one record
using ResolverId = Id<struct ResolverTag>;        ///< name whose answer changes, with its clients
using RegisterId = Id<struct RegisterTag>;        ///< shared control value
using EnvironmentId = Id<struct EnvironmentTag>;  ///< execution environments that start on demand
using JourneyId = Id<struct JourneyTag>;
using SourceId = Id<struct SourceTag>;
using ControllerId = Id<struct ControllerTag>;

}  // namespace lifeboat::sim
