#include "reports/studies/run_study.hpp"

#include <algorithm>
#include <chrono>

#include <sys/resource.h>

#include "reports/availability/phases.hpp"
#include "reports/recovery/failover.hpp"
#include "reports/studies/tally.hpp"
#include "reports/verdict/trial_view.hpp"
#include "reports/verdict/verdict.hpp"

namespace lifeboat::reports {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begun) {
  return std::chrono::duration<double>(Clock::now() - begun).count();
}

bool is_interrupted(const RunInput& input) {
  return input.options.interrupted != nullptr && input.options.interrupted->load();
}

std::uint64_t peak_memory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

class Runner {
 public:
  Runner(const RunInput& input, const StudyOptions& options, const StudyProgress& progress)
      : input_(input), options_(options), progress_(progress), tally_(input) {}

  Study run() {
    const Clock::time_point begun = Clock::now();
    const double error = error_of_a_look(!options_.trials);
    if (options_.trials) {
      run_to(*options_.trials, false);
      tally_.look(error);
    } else {
      for (const std::uint32_t look : kLooks) {
        run_to(look, look != std::end(kLooks)[-1]);
        if (tally_.trials() < look) break;  // interrupted
        tally_.look(error);
        if (tally_.all_settled()) break;
        if (options_.budget_s && seconds_since(begun) >= *options_.budget_s) break;
      }
    }
    study_.report = tally_.report(error);
    study_.report.planned_looks = !options_.trials;
    study_.report.interrupted = is_interrupted(input_);
    if (options_.detail && !study_.report.interrupted) show();
    study_.report.run.wall_s = seconds_since(begun);
    study_.report.run.peak_rss_bytes = peak_memory();
    return std::move(study_);
  }

 private:
  /// Runs trials until there are `total`.
  void run_to(std::uint32_t total, bool look_follows) {
    if (progress_.plan) progress_.plan(total, look_follows);
    const auto add = [this](sim::TrialResult&& result) {
      if (is_interrupted(input_)) return false;
      tally_.add(result);
      if (options_.all_events) {
        study_.events.emplace_back(result.trial, std::move(result.events));
      }
      return true;
    };
    sim::run_trials(*input_.network, input_.options, options_.first + tally_.trials(),
                    options_.first + total, options_.jobs, add, progress_.advance);
  }

  /// Runs the trial to show once more, in detail.
  void show() {
    const auto choice = tally_.trial_to_show();
    if (!choice) return;
    sim::RunOptions detailed = input_.options;
    detailed.detail = true;
    ShownTrial shown;
    shown.trial = choice->trial;
    shown.why = choice->why;
    shown.result = sim::run_trial(*input_.network, detailed, choice->trial);
    if (is_interrupted(input_)) {
      study_.report.interrupted = true;
      return;
    }
    const TrialView view = view_of(input_, shown.result);
    shown.whole = view.whole;
    shown.failover = failover_rows(shown.result.events);
    mark_critical(shown.failover, path_of(view, shown.failover));
    shown.phases =
        all_phases(input_.windows, view.faults, view.whole, input_.recovery.hold, view.end);
    study_.report.shown = std::move(shown);
  }

  const RunInput& input_;
  const StudyOptions& options_;
  const StudyProgress& progress_;
  Tally tally_;
  Study study_;
};

}  // namespace

Study run_study(const RunInput& input, const StudyOptions& options, const StudyProgress& progress) {
  return Runner(input, options, progress).run();
}

}  // namespace lifeboat::reports
