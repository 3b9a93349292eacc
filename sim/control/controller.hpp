// Controllers: everything that acts a few times a simulated second or less.
//
// Schedulers, autoscalers, alarms, health checkers, promotions, runbook steps, people and faults
// are all controllers: an immutable policy, shared by all trials, and a trivially copyable state
// that lives in the trial's arena, so that a snapshot of the trial is a copy of plain memory. A
// controller sees the system only through the view and acts only through verbs (both on Control,
// sim/control/control.hpp). It runs when a time it asked for has come (wake), when a register it
// watches changes (wake as well), or when a probe it sent comes back (answered).
//
// Order: at one instant, controllers run before completions and timeouts, faults before the
// rest, and otherwise in the order in which they were added.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <string>
#include <type_traits>

#include "sim/time.hpp"

namespace lifeboat::sim {

class Control;

/// What became of a probe.
struct ProbeResult {
  std::uint64_t cookie = 0;
  bool good = false;
  Duration took;
};

/// The immutable policy; see the file comment. Implementations hold no mutable state.
class Controller {
 public:
  virtual ~Controller() = default;
  /// Stable name: owner of its luck ("web@sg/autoscaler").
  [[nodiscard]] virtual std::string name() const = 0;
  [[nodiscard]] virtual std::size_t state_size() const = 0;
  /// Runs before anything else, in the order of addition; draws phases, asks for the first wake.
  virtual void start(void* state, Control& control) const = 0;
  virtual void wake(void* state, Control& control) const = 0;
  virtual void answered(void* state, Control& control, const ProbeResult& result) const;
  /// Faults go first among the controllers of one instant.
  [[nodiscard]] virtual bool is_fault() const { return false; }
};

/// Base for a controller whose state is State: trivially copyable, default constructible, aligned
/// to at most 16 bytes. Override start_with and wake_with.
template <class State>
class ControllerOf : public Controller {
  static_assert(std::is_trivially_copyable_v<State> && alignof(State) <= 16);

 public:
  [[nodiscard]] std::size_t state_size() const final { return sizeof(State); }
  void start(void* state, Control& control) const final {
    start_with(*new (state) State{}, control);
  }
  void wake(void* state, Control& control) const final {
    wake_with(*static_cast<State*>(state), control);
  }
  void answered(void* state, Control& control, const ProbeResult& result) const final {
    answered_with(*static_cast<State*>(state), control, result);
  }

 protected:
  virtual void start_with(State& state, Control& control) const = 0;
  virtual void wake_with(State& state, Control& control) const = 0;
  virtual void answered_with(State&, Control&, const ProbeResult&) const {}
};

inline void Controller::answered(void*, Control&, const ProbeResult&) const {}

}  // namespace lifeboat::sim
