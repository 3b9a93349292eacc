#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

#include "sim/engine/baseline.hpp"
#include "sim/engine/control_view.hpp"
#include "sim/engine/hot_path.hpp"

namespace lifeboat::sim {
namespace {

// So many events and hand-overs without time passing are a loop, not a model.
constexpr std::uint64_t kMostAtOnce = 10'000'000;
// An interrupt is looked for each 2^16 events, some milliseconds: an interval of a crowded model
// may take minutes.
constexpr int kEventsBetweenLooks = 16;
constexpr std::uint64_t kLooksAround = (std::uint64_t{1} << kEventsBetweenLooks) - 1;

// With more key spaces than so many each request would pay for what few requests ask for.
constexpr std::size_t kMostSpacesAhead = 8;

}  // namespace

Engine::~Engine() = default;

Engine::Engine(const Network& network, const RunOptions& options, std::uint32_t trial,
               Listener* listener)
    : net_(network),
      tables_(network.tables()),
      law_rows_(network.law_tables->rows()),
      recorder_(network, options, trial),
      trial_key_(mix(options.seed, trial)),
      base_(std::make_unique<Baseline>()),
      listener_(listener) {
  s_.now = -options.warmup.count();
  for (const Source& source : net_.sources) stretches_.emplace_back(source.mix.size());
  for (std::uint32_t i = 0; i < net_.key_spaces.size(); ++i) {
    if (net_.key_spaces[i].first_cell != kNone) spaces_ahead_.push_back(i);
  }
  if (spaces_ahead_.size() > kMostSpacesAhead) spaces_ahead_.clear();
  s_.events.reset(static_cast<std::uint32_t>(net_.slots.size()));
  s_.occupant.assign(net_.slots.size(), kNone);
  s_.stations.resize(net_.stations.size());
  s_.counts.resize(net_.stations.size());
  s_.totals.resize(net_.stations.size());
  for (std::size_t i = 0; i < net_.stations.size(); ++i) {
    StationState& state = s_.stations[i];
    state.servers = net_.stations[i].servers;
    state.last = s_.now;
    if (net_.stations[i].kind == StationKind::kServers) {
      state.free_servers =
          state.servers >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << state.servers) - 1;
    }
    s_.totals[i].closed = s_.now;
    StationCount& count = s_.counts[i];
    count.service = net_.station_rows[i].service;
    count.first_slot = net_.station_rows[i].first_slot;
    if (net_.stations[i].kind == StationKind::kShared) {
      state.tail = net_.station_rows[i].capacity_milli;
    }
  }
  s_.tasks.resize(net_.task_group.size());
  for (std::size_t i = 0; i < s_.tasks.size(); ++i) {
    s_.tasks[i].first_station = net_.task_first_station[i];
  }
  s_.in_service.resize(net_.task_group.size(), kNone);
  s_.groups.resize(net_.groups.size());
  s_.used_tasks.resize(net_.groups.size(), 0);
  for (GroupState& group : s_.groups) group.last = s_.now;
  plant_trees();
  for (const Bucket& bucket : net_.buckets) {
    const double interval = bucket.per_second > 0 ? 1e9 / bucket.per_second : 1e18;
    s_.buckets.push_back({s_.now, interval, interval * bucket.burst});
  }
  start_partitions();
  s_.doors.resize(net_.deployments.size());
  s_.gates.resize(net_.deployments.size());
  s_.buffers.resize(net_.buffers.size());
  start_message_groups();
  start_logs();
  s_.records.resize(net_.record_classes.size());
  s_.environments.resize(net_.environments.size());
  for (EnvironmentState& state : s_.environments) state.last = state.growth = s_.now;
  s_.idle.resize(net_.environments.size());
  s_.idle_head.resize(net_.environments.size());
  for (const Register& row : net_.registers) s_.registers.push_back(row.initial);
  s_.answers.resize(net_.resolvers.size());
  s_.resolver_counts.resize(net_.resolvers.size());
  for (std::size_t i = 0; i < net_.resolvers.size(); ++i) {
    const RegisterId answer = net_.resolvers[i].answer;
    s_.answers[i].push_back(
        {std::int64_t{-1} << 62, answer.valid() ? s_.registers[answer.index()] : 0});
  }
  s_.sources.resize(net_.sources.size());
  start_clients();
  s_.delay_lanes.resize(net_.delay_lanes.size());
  s_.timeout_lanes.resize(net_.timeout_lanes.size() + net_.spare_lanes);
  for (std::size_t i = 0; i < net_.timeout_lanes.size(); ++i) {
    s_.timeout_lanes[i].length = net_.timeout_lanes[i].count();
  }
  std::size_t offset = 0;
  for (const auto& controller : net_.controllers) {
    controller_offset_.push_back(static_cast<std::uint32_t>(offset));
    offset += (controller->state_size() + sizeof(ControllerCell) - 1) / sizeof(ControllerCell);
  }
  s_.controllers.resize(offset);
  for (std::uint32_t i = 0; i < net_.controllers.size(); ++i) {
    views_.push_back(std::make_unique<ControlView>(*this, i));
  }
  start();
}

void Engine::start() {
  start_caches();
  start_rules();
  for (std::uint32_t i = 0; i < net_.controllers.size(); ++i) {
    net_.controllers[i]->start(s_.controllers.data() + controller_offset_[i], *views_[i]);
  }
  wake_watchers();
  for (std::uint32_t i = 0; i < net_.sources.size(); ++i) start_source(i);
  schedule(net_.sampler_slot, s_.now - s_.now % recorder_.options().bin.count());
  drain_ready();
}

void Engine::wake(std::uint32_t controller) {
  net_.controllers[controller]->wake(s_.controllers.data() + controller_offset_[controller],
                                     *views_[controller]);
}

void Engine::wake_watchers() {
  // A woken controller may set registers in turn; the list grows while it is read.
  for (std::size_t i = 0; i < s_.woken.size(); ++i) {
    if (i > 1'000'000) throw std::logic_error("controllers wake each other without end");
    wake(s_.woken[i]);
  }
  s_.woken.clear();
}

void Engine::make_ready(std::uint32_t token) {
  s_.tokens[token].place = Place::kRunning;
  s_.ready.push_back(token);
}

void Engine::drain_ready() {
  std::uint64_t runs = 0;
  while (s_.ready_head < s_.ready.size()) {
    if (++runs > kMostAtOnce) stands_still();
    const std::uint32_t token = s_.ready[s_.ready_head++];
    run_token(token, s_.tokens[token].pc);
  }
  s_.ready.clear();
  s_.ready_head = 0;
}

void Engine::stands_still() const {
  throw std::logic_error("time stands still at " + std::to_string(s_.now) + " ns");
}

/// Each 2^16 events: false if the trial has been interrupted.
bool Engine::look_around() {
  if (s_.now != looked_at_) {
    looked_at_ = s_.now;
    looks_ = 0;
  } else if (++looks_ > kMostAtOnce >> kEventsBetweenLooks) {
    stands_still();
  }
  if (!is_interrupted()) return true;
  end_interrupted();
  return false;
}

void Engine::run_until(Instant end) {
  const std::uint64_t delay_rank = net_.delay_set_slot;
  for (;;) {
    // Random delays have a tournament of their own; it takes part with one rank of the order of
    // ties, so its root is compared here and never stored among the events.
    const Tournament::Entry delay = s_.delays.root();
    const Tournament::Entry event = s_.events.root();
    const bool delayed =
        delay.time < event.time || (delay.time == event.time && delay_rank < event.rank);
    const std::int64_t at = delayed ? delay.time : event.time;
    if (at > end.nanoseconds() || at == Instant::never().nanoseconds()) break;
    s_.now = at;
    if ((++s_.events_run & kLooksAround) == 0 && !look_around()) return;
    if (delayed) {
      delay_ended(delay.rank);
    } else {
      dispatch(event.rank, s_.events.take(event.rank));
    }
    if (!s_.woken.empty()) [[unlikely]]
      wake_watchers();
    if (!s_.ready.empty()) [[unlikely]]
      drain_ready();
    if (!s_.woken.empty()) [[unlikely]]
      wake_watchers();
    s_.events.settle();
  }
  if (s_.now < end.nanoseconds() && !end.is_never()) s_.now = end.nanoseconds();
}

LIFEBOAT_HOT void Engine::dispatch(std::uint32_t slot, std::uint32_t detail) {
  if (detail != kNone) {
    const std::uint32_t station = detail >> 1;
    if ((detail & 1U) != 0) {
      shared_complete(station);
    } else {
      complete_service(slot, station);
    }
    return;
  }
  const SlotOwner owner = net_.slots[slot];
  switch (owner.kind) {
    case SlotOwner::Kind::kServer:
    case SlotOwner::Kind::kShared:
      return;  // above
    case SlotOwner::Kind::kDelayLane: {
      const std::uint32_t token = s_.delay_lanes[owner.index].head;
      cancel_delay(token);
      run_token(token, s_.tokens[token].pc + 1);
      return;
    }
    case SlotOwner::Kind::kDelaySet:
      return;  // a rank only: see run_until
    case SlotOwner::Kind::kTimeoutLane:
      fire_timeouts(owner.index);
      return;
    case SlotOwner::Kind::kVisibility:
      make_visible(owner.index);
      return;
    case SlotOwner::Kind::kSource:
      arrive(owner.index);
      return;
    case SlotOwner::Kind::kController:
      schedule(slot, Instant::never().nanoseconds());
      wake(owner.index);
      return;
    case SlotOwner::Kind::kSampler:
      sample();
      return;
  }
}

bool Engine::is_interrupted() const {
  const std::atomic<bool>* flag = recorder_.options().interrupted;
  return flag != nullptr && flag->load(std::memory_order_relaxed);
}

void Engine::end_interrupted() {
  s_.ending = true;
  recorder_.result().stopped = "interrupted";
  recorder_.end_early(now());
}

/// The first of the random delays is over.
void Engine::delay_ended(std::uint32_t token) {
  s_.delays.take(s_.tokens[token].where);
  const std::uint32_t next = s_.delays.likely_next();
  if (next < s_.tokens.extent()) __builtin_prefetch(&s_.tokens[next]);
  const bool served = s_.tokens[token].place == Place::kMany;
  s_.tokens[token].place = Place::kRunning;
  if (s_.tokens[token].frame == kNone) {
    start_request(token);
  } else {
    if (served) complete_many(token, true);
    run_token(token, s_.tokens[token].pc + 1);
  }
  s_.delays.settle();
}

TrialResult Engine::run() {
  const Duration step = recorder_.options().bin;
  const Instant just_before = Instant::from_nanoseconds(-1);
  run_until(just_before);
  measure_base();
  // The window may end early (end_soon), so its end is read again after each step.
  while (!s_.ending && now() < recorder_.until() - Duration::nanoseconds(1)) {
    run_until(std::min(recorder_.until() - Duration::nanoseconds(1), now() + step));
  }
  measure_end();
  const Instant last = recorder_.until() + recorder_.options().follow;
  while (!s_.ending && now() < last && s_.open_measured > 0) {
    run_until(std::min(last, now() + step));
  }
  settle_records();
  recorder_.finish();
  TrialResult result = std::move(recorder_.result());
  result.engine_events = s_.events_run;
  result.hops = s_.hops;
  result.peak_in_flight = s_.tokens.extent();
  return result;
}

std::size_t Engine::memory_bytes() const {
  std::size_t counted = 0;
  for (const RateCounter& rule : s_.rate_rules) counted += rule.bytes();
  for (const TimeoutLane& lane : s_.timeout_lanes) counted += lane.bytes();
  return counted + s_.tokens.bytes() + s_.frames.bytes() + s_.requests.bytes() +
         s_.messages.bytes() + s_.joins.bytes() + s_.delays.bytes();
}

}  // namespace lifeboat::sim
