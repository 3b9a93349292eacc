#include "models/services/elasticache/warming.hpp"

#include <algorithm>
#include <cmath>

#include "models/replication/opening.hpp"

namespace lifeboat::models::elasticache {

void HitRatioController::start_with(HitRatioState&, sim::Control& control) const {
  const double phase = control.uniform("phase", 0) * kPeriod.to_seconds();
  control.set(ratio_, std::llround(expected(control) * kPerMillion));
  control.wake_at(control.now() + sim::Duration::from_seconds(phase));
}

void HitRatioController::wake_with(HitRatioState& state, sim::Control& control) const {
  std::uint64_t hits = 0;
  std::uint64_t lookups = 0;
  for (const WatchedCache& watched : caches_) {
    const sim::CacheView view = control.cache(watched.cache);
    hits += view.hits;
    lookups += view.hits + view.misses;
  }
  const std::size_t oldest = state.samples % HitRatioState::kSamples;
  const bool full = state.samples >= HitRatioState::kSamples;
  const std::uint64_t old_hits = full ? state.hits[oldest] : 0;
  const std::uint64_t old_lookups = full ? state.lookups[oldest] : 0;
  state.hits[oldest] = hits;
  state.lookups[oldest] = lookups;
  ++state.samples;
  const std::uint64_t asked = lookups - old_lookups;
  const double ratio = asked >= kFewest
                           ? static_cast<double>(hits - old_hits) / static_cast<double>(asked)
                           : expected(control);
  control.set(ratio_, std::llround(ratio * kPerMillion));
  control.wake_at(control.now() + kPeriod);
}

double HitRatioController::expected(sim::Control& control) const {
  if (caches_.empty()) return 0;
  double sum = 0;
  for (const WatchedCache& watched : caches_) {
    sum += watched.popularity->of_top(control.cache(watched.cache).entries);
  }
  return sum / static_cast<double>(caches_.size());
}

bool WarmingController::warm(WarmingState& state, sim::Control& control, double keys) const {
  std::vector<std::uint32_t> absent(caches_.size());
  double all = 0;
  for (std::size_t i = 0; i < caches_.size(); ++i) {
    const std::uint32_t reading = i < state.of_cache.size() ? state.of_cache[i] : 0;
    const std::uint32_t entries = control.cache(caches_[i].cache).entries + reading;
    absent[i] = caches_[i].most > entries ? caches_[i].most - entries : 0;
    all += absent[i];
  }
  if (all <= 0) return state.reading > 0;
  // Whole keys in proportion to what is absent, `keys` of them in all.
  double before = 0;
  double given = 0;
  for (std::size_t i = 0; i < caches_.size(); ++i) {
    before += absent[i];
    const double up_to = std::floor(keys * before / all + 1e-9);
    const double some = std::min(up_to - given, static_cast<double>(absent[i]));
    given = up_to;
    if (some < 1) continue;
    auto count = static_cast<std::uint32_t>(some);
    if (!caches_[i].read.valid()) {
      control.warm_cache(caches_[i].cache, count);
      continue;
    }
    count = std::min(count, kMostReading - state.reading);
    state.reading += count;
    state.of_cache[i] += count;
    for (; count > 0; --count) control.probe(caches_[i].read, kReadTimeout, i);
  }
  return true;
}

void WarmingController::answered_with(WarmingState& state, sim::Control& control,
                                      const sim::ProbeResult& result) const {
  --state.reading;
  --state.of_cache[result.cookie];
  if (result.good) control.warm_cache(caches_[result.cookie].cache, 1);
}

sim::Duration WarmingController::period() const {
  const bool reads = std::any_of(caches_.begin(), caches_.end(),
                                 [](const WatchedCache& cache) { return cache.read.valid(); });
  return reads ? kReadPeriod : kPeriod;
}

void WarmingController::wake_with(WarmingState& state, sim::Control& control) const {
  const auto progress = static_cast<Progress>(control.value(progress_));
  if (progress == Progress::kAsked) {
    state.owed = 0;
    control.set(progress_, static_cast<std::int64_t>(Progress::kRunning));
    control.log_event("warming", subject_, region_, "warming of " + subject_ + " begins");
    state.next = control.now() + period();
    control.wake_at(state.next);
    return;
  }
  if (progress != Progress::kRunning || control.now() < state.next) return;
  state.owed += static_cast<double>(control.value(rate_)) * 1e-3 * period().to_seconds();
  const double keys = std::floor(state.owed);
  state.owed -= keys;
  if (warm(state, control, keys)) {
    state.next = control.now() + period();
    control.wake_at(state.next);
  } else {
    control.set(progress_, static_cast<std::int64_t>(Progress::kDone));
    control.log_event("warming", subject_, region_, subject_ + " is warm");
  }
}

}  // namespace lifeboat::models::elasticache
