#include "tools/bench/trials.hpp"

#include <algorithm>
#include <vector>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define LIFEBOAT_BENCH_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define LIFEBOAT_BENCH_SANITIZED 1
#endif
#endif

#ifdef LIFEBOAT_BENCH_SANITIZED
#include <sanitizer/allocator_interface.h>
#else
#include <malloc.h>
#endif

#include "sim/engine/engine.hpp"
#include "sim/random/luck.hpp"
#include "sim/trial/trial.hpp"

namespace lifeboat::bench {

namespace {

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Bytes that this process has in use by its allocator.
std::size_t bytes_in_use() {
#ifdef LIFEBOAT_BENCH_SANITIZED
  return __sanitizer_get_current_allocated_bytes();  // the sanitizer's allocator has no mallinfo
#else
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
#endif
}

/// What a trial has come to, as one number.
std::uint64_t end_of(const sim::State& state) {
  std::uint64_t end = sim::mix(state.events_run, state.hops);
  for (const sim::StationCount& count : state.counts) {
    end = sim::mix(sim::mix(end, count.wait_sum), count.since_sum);
  }
  return end;
}

}  // namespace

SnapshotCost measure_snapshot(const Model& model, const MeasureOptions& options) {
  constexpr int kCopies = 200;
  const reports::RunInput input = prepared(model, options);
  const sim::Duration half = input.options.duration / 2;
  const sim::Instant middle = sim::Instant::origin() + half;
  const sim::Instant last = middle + half / 4;

  sim::Engine engine(*input.network, input.options, 0);
  engine.run_until(middle);
  SnapshotCost cost;
  const std::size_t before = bytes_in_use();
  const sim::State snapshot = engine.state();
  cost.bytes = bytes_in_use() - before;
  sim::State copy = snapshot;
  std::vector<double> seconds;
  for (int i = 0; i < kCopies; ++i) {
    const double begun = wall_seconds();
    copy = engine.state();
    seconds.push_back(wall_seconds() - begun);
  }
  cost.copy_s = median(seconds);

  engine.run_until(last);
  const auto fork = [&](std::uint64_t seed) {
    sim::RunOptions run = input.options;
    run.seed = seed;
    sim::Engine other(*input.network, run, 0);
    other.restore(snapshot);
    other.run_until(last);
    return end_of(other.state());
  };
  cost.same_luck_same_end = fork(input.options.seed) == end_of(engine.state());
  cost.new_luck_new_end = fork(input.options.seed + 1) != end_of(engine.state());
  return cost;
}

ParallelGain measure_parallel(const Model& model, const MeasureOptions& options) {
  const reports::RunInput input = prepared(model, options);
  const std::uint32_t trials = std::max<std::uint32_t>(model.scale(options.size).trials, 8) / 2 * 2;
  const auto run = [&](unsigned jobs, double& seconds) {
    std::uint64_t results = 0;
    const double begun = wall_seconds();
    sim::run_trials(*input.network, input.options, 0, trials, jobs, [&](sim::TrialResult&& trial) {
      results = sim::mix(results, trial.draws);
      return true;
    });
    seconds = wall_seconds() - begun;
    return results;
  };
  ParallelGain gain;
  gain.same_results = true;
  std::vector<double> ratios;
  for (std::uint32_t i = 0; i < options.repeat; ++i) {
    double alone = 0;
    double together = 0;
    const bool same = run(1, alone) == run(2, together);
    gain.same_results = gain.same_results && same;
    ratios.push_back(alone / together);
  }
  gain.gain = median(ratios);
  gain.least = *std::min_element(ratios.begin(), ratios.end());
  gain.most = *std::max_element(ratios.begin(), ratios.end());
  return gain;
}

}  // namespace lifeboat::bench
