// A copy that is made anew from the one that writes now: the way back after a failover.
//
// After a promotion the old primary's copy is of yesterday, and holds writes that the new writer
// never received. The way back has up to three verbs:
//
//   reconcile   what only this copy has is merged into the writer, record by record (where
//               somebody can read them; copies that merge by themselves need none)
//   rebuild     a full copy of the writer's data replaces this one; what is written from its
//               beginning on is shipped behind it
//   open        (opening.hpp) the copy takes the writes over
//
// A rebuild begins once the region's control plane answers and both regions are up, and takes
// `takes`; it fails where its source is not the copy that takes writes (nobody has failed over).
// What was not reconciled by then is overwritten: the log says how many writes. Where either region
// fails meanwhile, the rebuild has failed and may be asked for again.
//
// Once the old primary writes again, the copy that did may be rebuilt in turn. Of some kinds it
// follows by itself: from the switch on, with all that it has, if both regions are up then.
//
// Ignored: what is written during the copy is there when that ends (its replay takes no time of its
// own: optimistic), and reads of the copy hinder nobody at the writer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "models/replication/opening.hpp"
#include "sim/control/control.hpp"
#include "sim/control/controller.hpp"
#include "sim/random/law.hpp"

namespace lifeboat::models {

/// What a kind says of the way back.
struct Rebuilding {
  std::string block;  ///< the runbook's word ("rdsCreateDBInstanceReadReplica")
  sim::Law takes;     ///< a full copy
  /// Of one write that only the old copy has; nothing: nobody reconciles.
  std::optional<sim::Duration> reconciliation{};
  /// The copy that wrote meanwhile follows by itself once the old primary is opened again.
  bool others_follow = false;
};

struct RebuildPolicy {
  std::string subject;  ///< "orders-db@sg"
  std::string region;
  std::string source;             ///< "orders-db@syd", the copy that this one is made from
  sim::RegisterId writer;         ///< region of the copy that takes writes
  std::int64_t source_index = 0;  ///< what it holds while that is the source
  sim::RegisterId progress;       ///< Progress
  sim::RegisterId stream;         ///< 1 while writes are shipped here
  sim::RegisterId fenced;         ///< of this copy: a new one is not; may be invalid
  sim::RegisterId reconciled;     ///< Progress of reconcile; invalid: nothing to reconcile here
  sim::RegisterId control_plane;
  sim::RegisterId region_up;
  sim::RegisterId source_up;
  sim::LogId left_behind;    ///< stream from here, whose rest only this copy has; may be invalid
  sim::LawId takes;          ///< invalid: it follows by itself
  sim::RegisterId opened{};  ///< of one that follows by itself: Progress of its own opening
};

struct RebuildState {
  sim::Instant ready = sim::Instant::never();
  std::uint32_t number = 0;
};

/// Watches progress, control_plane, region_up and source_up; one that follows by itself: the
/// writer.
class RebuildController final : public sim::ControllerOf<RebuildState> {
 public:
  explicit RebuildController(RebuildPolicy policy) : policy_(std::move(policy)) {}
  [[nodiscard]] std::string name() const override { return policy_.subject + "/rebuild"; }
  [[nodiscard]] const RebuildPolicy& policy() const { return policy_; }

 protected:
  void start_with(RebuildState&, sim::Control&) const override {}
  void wake_with(RebuildState& state, sim::Control& control) const override;

 private:
  void begin(RebuildState& state, sim::Control& control) const;
  void follow(sim::Control& control) const;

  RebuildPolicy policy_;
};

struct ReconcilePolicy {
  std::string subject;
  std::string region;
  sim::RegisterId progress;
  sim::RegisterId region_up;
  sim::LogId left_behind;
  sim::Duration each;
};

struct ReconcileState {
  sim::Instant ready = sim::Instant::never();
  std::uint64_t writes = 0;
};

/// Watches progress and region_up.
class ReconcileController final : public sim::ControllerOf<ReconcileState> {
 public:
  explicit ReconcileController(ReconcilePolicy policy) : policy_(std::move(policy)) {}
  [[nodiscard]] std::string name() const override { return policy_.subject + "/reconcile"; }

 protected:
  void start_with(ReconcileState&, sim::Control&) const override {}
  void wake_with(ReconcileState& state, sim::Control& control) const override;

 private:
  ReconcilePolicy policy_;
};

/// Writes that the stream's source has acknowledged and its end has never received.
[[nodiscard]] std::uint64_t left_behind(const sim::Control& control, sim::LogId log);

/// The verb that opens a copy: refused until it has been rebuilt.
[[nodiscard]] Verb opening_verb(std::string block, std::string what, sim::RegisterId opening,
                                sim::RegisterId rebuilt);

}  // namespace lifeboat::models
