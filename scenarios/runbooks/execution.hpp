// Private to scenarios/runbooks: one trial's run of a plan over its state block.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "scenarios/runbooks/executor.hpp"
#include "sim/control/control.hpp"

namespace lifeboat::scenarios::detail {

inline constexpr sim::Duration kSampleEvery = sim::Duration::seconds(30);
inline constexpr std::size_t kSamples = 11;  // ten intervals: kBeforeFault
inline constexpr sim::Duration kPollEvery = sim::Duration::seconds(1);

struct ExecutionHeader {
  enum class Phase : std::uint32_t { kIdle, kDetected, kRunning, kStopped, kEnded };
  Phase phase = Phase::kIdle;
  std::uint32_t frozen = 0;                    ///< "before fault" stays as it was taken
  sim::Instant since = sim::Instant::never();  ///< the trigger's condition holds since then
  std::uint64_t turns = 0;                     ///< order in which steps began to wait for people
  sim::Instant next_sample = sim::Instant::never();
  std::uint64_t samples = 0;
  std::array<sim::Instant, kSamples> sampled_at{};
  std::uint32_t taken = 0;  ///< "before fault" has been taken
  std::uint32_t armed = 0;  ///< the trigger's condition has not held at some time
  std::int64_t begun = 0;   ///< faults, and the one to blame, when last looked
  std::int64_t blamed = 0;
};

struct StepState {
  enum class Phase : std::uint32_t {
    kBlocked,  ///< a step before it is not done
    kPerson,   ///< waits for somebody
    kLabour,   ///< somebody or a script works on it
    kNeeds,    ///< waits for a control plane
    kActing,   ///< the effect is on its way
    kRetry,    ///< waits for the next attempt
    kDone,
    kFailed,    ///< and stopped the runbook
    kPassed,    ///< failed, and the rest goes on
    kReplaced,  ///< failed, and its fallback stands in for it
  };
  Phase phase = Phase::kBlocked;
  std::uint32_t attempts = 0;
  std::uint64_t turn = 0;
  std::uint32_t person = sim::kNone;  ///< who works on it
  std::uint32_t released = 0;         ///< of a fallback: a step that it stands in for has failed
  sim::Instant ready = sim::Instant::never();
  sim::Instant deadline = sim::Instant::never();
  sim::Instant next = sim::Instant::never();  ///< end of labour, next attempt or next poll
  sim::Instant acting_since = sim::Instant::never();
};

struct PersonState {
  enum class Phase : std::uint32_t { kAway, kPaged, kFree, kBusy } phase = Phase::kAway;
  std::uint32_t step = sim::kNone;  ///< what it was paged for; kNone: the trigger
  std::uint32_t last_step = sim::kNone;
  std::uint32_t pad = 0;
  sim::Instant answers = sim::Instant::never();
};

struct ActionState {
  double amount = 0;
  double before_fault = 0;  ///< mean running tasks of the reference
  std::array<double, kSamples> task_seconds{};
};

/// Where the parts of the state block lie.
struct ExecutionLayout {
  std::size_t steps = 0;
  std::size_t persons = 0;
  std::size_t actions = 0;

  explicit ExecutionLayout(const RunbookPlan& plan);
  [[nodiscard]] std::size_t size() const;
  void construct(void* state) const;
};

/// See the file comment.
class Execution {
 public:
  Execution(const RunbookPlan& plan, const ExecutionLayout& layout, void* state,
            sim::Control& control);

  void begin();
  /// Does all that is due now and asks for the next wake.
  void advance();

 private:
  using Phase = StepState::Phase;

  // execution.cpp: the trigger, the order of steps, what is due.
  void sample();
  void take_before_fault();
  void look_at_faults();
  bool look_at_trigger();
  void detect();
  void start();
  void ready(std::uint32_t step, const std::string& cause);
  void release_after(const std::string& cause);
  [[nodiscard]] bool satisfied(std::uint32_t step, std::uint32_t next) const;
  [[nodiscard]] bool is_unblocked(std::uint32_t step) const;
  bool work(std::uint32_t step);
  void end_if_over();
  void sleep();

  // execution_steps.cpp: one step's labour, attempts and end.
  void begin_labour(std::uint32_t step, const std::string& cause);
  void labour_done(std::uint32_t step);
  bool try_to_act(std::uint32_t step);
  void attempt(std::uint32_t step);
  void attempt_failed(std::uint32_t step, const std::string& why);
  bool check_effect(std::uint32_t step);
  void done(std::uint32_t step);
  void failed(std::uint32_t step, const std::string& why);
  void free_person(std::uint32_t step);
  [[nodiscard]] double amount_of(const PlannedAction& action, const ActionState& state);

  // execution_people.cpp
  void page(std::uint32_t group, std::uint32_t step, const std::string& cause);
  bool answer_pages();
  bool give_turns();
  void take(std::uint32_t step, std::uint32_t person);
  [[nodiscard]] bool is_asleep(const PlannedPeople& people) const;

  [[nodiscard]] std::uint32_t first_person(std::uint32_t group) const;
  [[nodiscard]] std::uint32_t first_action(std::uint32_t step) const;
  void log(std::string_view kind, std::string_view subject, std::string_view text,
           std::string_view cause, std::string_view region = {});

  const RunbookPlan& plan_;
  sim::Control& control_;
  ExecutionHeader& header_;
  std::span<StepState> steps_;
  std::span<PersonState> persons_;
  std::span<ActionState> actions_;
};

}  // namespace lifeboat::scenarios::detail
