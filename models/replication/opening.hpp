// A copy that did not take writes is opened for them: promotion of a replica, restore of a backup.
//
// Asked to, the copy waits until its region's control plane answers, stops receiving (its logs
// freeze), replays everything it has received, and then needs `takes` (a database restarts; a
// backup's data is copied out). At the end it is the writer, and what it never received is lost:
// shipping decides the loss, replay adds to the time. Once begun it cannot be undone.
//
// The loss is counted from the moment at which the source was lost, be it back by now (of several,
// the first); where none was (a planned move), from the moment of opening.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "models/platform/kind.hpp"
#include "sim/control/control.hpp"
#include "sim/control/controller.hpp"
#include "sim/random/law.hpp"

namespace lifeboat::models {

/// What the register of something that was asked for holds.
enum class Progress : std::int64_t { kIdle = 0, kAsked = 1, kRunning = 2, kDone = 3, kFailed = 4 };

/// A verb that asks for something a controller does, and sees how it goes from a register. Asked
/// again while it runs, it changes nothing; once done it stays done unless it is `repeatable`.
[[nodiscard]] Verb progress_verb(std::string block, std::string what, sim::RegisterId progress,
                                 bool repeatable = false);

struct OpeningPolicy {
  std::string subject;  ///< "orders-db@syd"
  std::string region;
  std::string word;  ///< "promotion", "restore"
  sim::RegisterId progress;
  sim::RegisterId writer;  ///< invalid: nobody is told (active copies)
  std::int64_t region_index = 0;
  sim::RegisterId control_plane;  ///< invalid: not needed
  sim::RegisterId region_up;      ///< of this copy
  std::vector<sim::LogId> logs;   ///< that end at this copy
  sim::LawId takes;
};

struct OpeningState {
  sim::Instant ready;
  std::uint32_t number = 0;
};

class OpeningController final : public sim::ControllerOf<OpeningState> {
 public:
  explicit OpeningController(OpeningPolicy policy) : policy_(std::move(policy)) {}
  [[nodiscard]] std::string name() const override { return policy_.subject + "/" + policy_.word; }
  [[nodiscard]] const OpeningPolicy& policy() const { return policy_; }

 protected:
  void start_with(OpeningState& /*state*/, sim::Control& /*control*/) const override {}
  void wake_with(OpeningState& state, sim::Control& control) const override;

 private:
  void begin(OpeningState& state, sim::Control& control) const;
  void finish(sim::Control& control) const;

  OpeningPolicy policy_;
};

}  // namespace lifeboat::models
