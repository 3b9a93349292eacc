// A copy of a replicated store, whatever the kind: its role, its streams, and who writes.
//
// Streams. A write that a copy acknowledges is appended to one replication log per copy that
// follows it: from the primary to each replica and backup, or from each active copy to every
// other active copy and to its backups. A log ships in order (a database's write-ahead log: what
// is lost is a suffix) or item by item (a table: what is lost is what was not yet copied).
//
// The writer. A store with a primary has one register, "STORE/writer", that holds the index of
// the region which takes writes. Callers turn to it at each write; a copy that is not the writer
// refuses writes (cause "dependency"). Only a promotion changes it. All callers know of a change
// at once: real applications learn the new endpoint when they are told, so this is optimistic by
// that time.
//
// Kinds derive from ReplicatedStore, call declare_copy in their declare pass and define_copy in
// their define pass, and put `writes` into the steps of their writes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/platform/compiler.hpp"
#include "models/platform/kind.hpp"
#include "models/replication/rebuilding.hpp"
#include "models/replication/role.hpp"
#include "models/replication/timetable.hpp"
#include "sim/network/builder.hpp"
#include "sim/random/law.hpp"

namespace lifeboat::models {

/// How writes travel from one copy to another.
struct Shipping {
  bool ordered = true;
  /// Item by item: a copy that was opened receives nothing more. Otherwise what waited is merged
  /// into it when its source is back, and it follows again when that takes the writes again.
  bool parts = false;
  /// From commit to receipt of one write, beside the time on the link.
  sim::Law lag;
  sim::Duration lag_holds;      ///< one lag for what leaves within so long; zero: each its own
  double apply_per_second = 0;  ///< replay rate of the receiver in writes; 0: at once
  Timetable departures;         ///< `lag` is then the time of one copy

  /// Whether copies stay one store whoever writes.
  [[nodiscard]] bool merges() const { return !ordered && !parts; }
};

/// What happens when a replica or a backup is made the writer.
struct Opening {
  std::string block;  ///< the runbook's word ("rdsPromoteReadReplica")
  std::string what;   ///< one sentence
  sim::Law takes;     ///< from the moment at which all received writes are applied
  bool needs_control_plane = true;
};

/// See the file comment.
class ReplicatedStore : public DeploymentModel {
 public:
  ReplicatedStore(DeploymentSite site, RoleSpec role);

  [[nodiscard]] const DeploymentSite& site() const { return site_; }
  [[nodiscard]] Role role() const { return role_.role; }
  [[nodiscard]] const Handles& handles() const override { return handles_; }

 protected:
  /// How this copy would receive writes.
  [[nodiscard]] virtual Shipping receives() const = 0;
  /// How this copy (a replica or a backup) is made the writer; nothing: it never is.
  [[nodiscard]] virtual std::optional<Opening> opening() const { return std::nullopt; }

  /// Of a primary: how its copy is made anew from the writer after a failover, to be opened as
  /// `opening` says; nothing: the store fails over for good.
  [[nodiscard]] virtual std::optional<Rebuilding> rebuilding() const { return std::nullopt; }

  /// Makes the writer's register (once a store) and the logs from this copy to its followers.
  void declare_copy(Compiler& compiler);
  /// Adds the controllers and verbs of the copy's role: opening, fence, count of what a region's
  /// loss takes from active copies.
  void define_copy(Compiler& compiler);

  /// Steps that let only the writer's copy go on; a fenced copy and any other refuse.
  void writes(sim::PlanBuilder& plan) const;
  /// Steps that refuse everything until a backup has been restored.
  void serves(sim::PlanBuilder& plan) const;
  /// The step that acknowledges a write of `bytes` by `operation`; it puts the request's key into
  /// `cache`, and into what follows that.
  void commits(Compiler& compiler, sim::PlanBuilder& plan, std::string_view operation,
               std::uint32_t bytes, sim::CacheId cache = {}) const;
  /// Progress of this copy's promotion or restore; invalid where it follows nobody.
  [[nodiscard]] sim::RegisterId opened() const { return opened_; }
  /// Region of the copy that takes writes; invalid: all do, or it stands alone.
  [[nodiscard]] sim::RegisterId writer() const { return writer_; }
  /// Progress of this copy's rebuild, and the copy that it is made from; invalid and null: no way
  /// back.
  [[nodiscard]] sim::RegisterId rebuilt() const {
    return way_back_ ? way_back_->rebuilt : sim::RegisterId{};
  }
  [[nodiscard]] ReplicatedStore* rebuilt_from() const {
    return way_back_ ? way_back_->source : nullptr;
  }
  [[nodiscard]] bool follows() const {
    return role_.role == Role::kReplica || role_.role == Role::kBackup;
  }

  /// Copies that this one's writes go to, with their logs, once declared.
  struct Receiver {
    sim::LogId log;
    ReplicatedStore* copy = nullptr;
  };
  [[nodiscard]] const std::vector<Receiver>& receivers() const { return receivers_; }

  Handles handles_;

 private:
  [[nodiscard]] std::vector<ReplicatedStore*> other_copies(Compiler& compiler) const;
  [[nodiscard]] bool ships_to(const ReplicatedStore& other) const;
  /// A stream to another copy as that receives it, not yet in the network.
  [[nodiscard]] sim::ReplicationLog stream_to(Compiler& compiler, const ReplicatedStore& to) const;
  void add_log(Compiler& compiler, ReplicatedStore& to);
  /// A stream from this copy to another that is to be rebuilt; it ships while `stream` is 1.
  sim::LogId add_rebuilt_log(Compiler& compiler, ReplicatedStore& to, sim::RegisterId stream);
  /// `lag` and the way to the other copy.
  [[nodiscard]] sim::Law with_link(Compiler& compiler, const sim::Law& lag,
                                   const ReplicatedStore& to) const;
  void define_opening(Compiler& compiler);
  void define_fence(Compiler& compiler);
  void define_metrics();
  void declare_way_back(Compiler& compiler, ReplicatedStore& replica);
  void define_way_back(Compiler& compiler);
  void define_reconciliation(Compiler& compiler, sim::Duration each);

  DeploymentSite site_;
  RoleSpec role_;
  sim::RegisterId writer_;  // invalid: active copies
  sim::RegisterId fenced_;  // of a primary, and of a replica from which one may go back
  sim::RegisterId opened_;  // Progress, of a replica or a backup
  std::vector<Receiver> receivers_;
  std::vector<sim::LogId> outgoing_;
  std::vector<sim::LogId> incoming_;
  std::vector<sim::LogId> rebuilt_;  // incoming as well, once such a stream is made anew
  /// The way back, where there is one.
  struct WayBack {
    sim::RegisterId rebuilt;     // Progress
    sim::RegisterId stream;      // 1 while writes are shipped here
    sim::RegisterId reopened;    // Progress, of a primary that takes the writes back
    sim::RegisterId reconciled;  // Progress, of a primary
    sim::LogId log;
    sim::LogId left_behind;
    ReplicatedStore* source = nullptr;
  };
  std::optional<WayBack> way_back_;
};

}  // namespace lifeboat::models
