// The read replicas of a region: how far each is behind, and which of them are asked.
//
// A replica replays the writer's log in one process, so the writes that it has not yet replayed
// are a single-server queue: d(lag)/dt = write rate / apply rate - 1 while it is behind. Commits
// are counted by a station that each write enters and leaves at once; a controller works the queue
// off once a second (exact for the backlog at those instants, in writes; without the way to the
// replica, which is under a millisecond in a region).
//
// A read asks one of the replicas in rotation, at random. One that is behind by more than
// `staleAfter` answers all the same, and the read is counted as stale; one that is behind by more
// than `maxLag`, or that has been gone for `replicaRemoval`, is out of rotation: its reads are
// spread over the others, and where none is left the writer is asked. Until it is taken out, reads
// of a replica that is gone fail. Each replica is a part of its service ("replica-1"), so that a
// fault may hit it alone.
//
// With two or more out of rotation the second choice goes round: a neighbour of those gets more
// than its share.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "models/platform/compiler.hpp"
#include "models/platform/kind.hpp"
#include "models/services/rds/description.hpp"
#include "sim/control/control.hpp"
#include "sim/control/controller.hpp"

namespace lifeboat::models::rds {

/// What the register of a replica's rotation holds.
enum class Rotation : std::int64_t { kFresh = 0, kStale = 1, kOut = 2 };

inline constexpr std::uint32_t kMostReplicas = 17;  ///< 15, and the two of a Multi-AZ DB cluster

/// Writes that have not been replayed after `seconds` more, of which `arrived` came in.
[[nodiscard]] double replay(double backlog, double arrived, double apply_per_second,
                            double seconds);

struct ReplicaPolicy {
  std::string subject;
  std::string region;
  double apply_per_second = 0;
  sim::Duration stale_after;
  sim::Duration max_lag = sim::Duration::infinite();
  sim::Duration removal;
  sim::StationId writes;
  std::vector<sim::DeploymentId> parts;
  std::vector<sim::RegisterId> lags;  ///< in milliseconds
  std::vector<sim::RegisterId> rotation;
};

struct ReplicaState {
  std::uint64_t writes = 0;
  struct Row {
    double backlog = 0;
    sim::Instant changed;  ///< when its gate was last seen to open or to shut
    bool open = true;
  };
  Row rows[kMostReplicas];
};

class ReplicaController final : public sim::ControllerOf<ReplicaState> {
 public:
  explicit ReplicaController(ReplicaPolicy policy) : policy_(std::move(policy)) {}
  [[nodiscard]] std::string name() const override { return policy_.subject + "/read-replicas"; }
  static constexpr sim::Duration kPeriod = sim::Duration::seconds(1);

 protected:
  void start_with(ReplicaState& state, sim::Control& control) const override;
  void wake_with(ReplicaState& state, sim::Control& control) const override;

 private:
  void rotate(std::size_t replica, Rotation to, sim::Control& control) const;

  ReplicaPolicy policy_;
};

class ReadReplicas {
 public:
  using Step = std::function<void(std::size_t replica)>;

  void declare(Compiler& compiler, const DeploymentSite& site, const Description& d);
  [[nodiscard]] std::size_t count() const { return parts_.size(); }
  [[nodiscard]] sim::DeploymentId part(std::size_t replica) const { return parts_[replica]; }
  /// The step that counts a commit.
  void count_write(sim::PlanBuilder& plan) const;
  /// Steps that choose a replica and go on with `ask`, or with `ask_writer` where none is left.
  void choose(sim::PlanBuilder& plan, const Step& ask,
              const std::function<void()>& ask_writer) const;
  void define(Compiler& compiler, const DeploymentSite& site, const Description& d,
              Handles& handles) const;

 private:
  std::vector<sim::DeploymentId> parts_;
  std::vector<sim::RegisterId> lags_;
  std::vector<sim::RegisterId> rotation_;
  sim::StationId writes_;
  sim::StationId stale_;
};

}  // namespace lifeboat::models::rds
