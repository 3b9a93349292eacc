// The engine: interprets plans for tokens over stations, in the order of the event set.
//
// One call of run_until() advances the trial to an instant; between calls the state may be copied
// (a snapshot), and a copy continues to the same bytes. An event is taken from the tournament, the
// token that it releases runs at once until it blocks, and tokens that became runnable on the way
// follow first in, first out; so a zero-time hand-over creates no event.
//
// The work is split by idea: engine.cpp (events), interpreter.cpp (steps), calls.cpp (frames,
// failures, timeouts, branches), stations.cpp (queues, servers, shared processors), balancing.cpp
// (tasks), arrivals.cpp (sources, requests), clients.cpp (breakers, limiters, shedding),
// caches.cpp, fetches.cpp, partitions.cpp, rate_counter.cpp (rate rules), stores.cpp (buffers,
// environments), message_groups.cpp, replication.cpp, effects.cpp (gates, resets), control_view.cpp
// (what controllers see and do), sampling.cpp (intervals). What the hot path consists of is in
// hot_path.hpp, to become part of whoever calls it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/control/control.hpp"
#include "sim/engine/least_tree.hpp"
#include "sim/engine/recorder.hpp"
#include "sim/engine/state.hpp"
#include "sim/network/network.hpp"
#include "sim/random/luck.hpp"
#include "sim/trial/listener.hpp"
#include "sim/trial/trial.hpp"

namespace lifeboat::sim {

class ControlView;

class Engine {
 public:
  Engine(const Network& network, const RunOptions& options, std::uint32_t trial,
         Listener* listener = nullptr);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Runs every event up to and including `end`.
  void run_until(Instant end);
  /// The whole trial: warm-up, measured window, follow-up.
  TrialResult run();
  [[nodiscard]] const State& state() const { return s_; }
  /// Continue from a snapshot of an engine of the same network. With this engine's luck: requests
  /// that have not arrived draw from it, those in flight keep theirs.
  void restore(const State& state);
  [[nodiscard]] Recorder& recorder() { return recorder_; }
  [[nodiscard]] const Network& network() const { return net_; }
  /// Bytes that the state and what is recorded of tokens in flight hold.
  [[nodiscard]] std::size_t memory_bytes() const;

 private:
  friend class ControlView;

  // engine.cpp
  void start();
  void dispatch(std::uint32_t slot, std::uint32_t detail);
  void delay_ended(std::uint32_t token);
  [[nodiscard]] bool is_interrupted() const;
  void end_interrupted();
  void drain_ready();
  [[noreturn]] void stands_still() const;
  bool look_around();
  void make_ready(std::uint32_t token);
  /// Sets a station's slot; the event says whose it is.
  void set_station(std::uint32_t slot, std::uint32_t station, bool shared, Instant at) {
    s_.events.set(slot, at, station << 1 | (shared ? 1U : 0U));
  }
  void wake(std::uint32_t controller);
  void wake_watchers();
  [[nodiscard]] Instant now() const { return Instant::from_nanoseconds(s_.now); }
  void schedule(std::uint32_t slot, std::int64_t at) {
    s_.events.set(slot, Instant::from_nanoseconds(at));
  }

  // interpreter.cpp
  /// Where a token stands while it runs: its next step and its top frame. What runs keeps them at
  /// hand, since the next step waits for them. Others find the frame in the token, and the step
  /// once the token waits or is at a step that takes more than a jump.
  struct Cursor {
    std::uint32_t pc = kNone;
    std::uint32_t frame = kNone;
    std::uint64_t key = 0;  ///< of the frame, loops folded in: what its draws belong to
  };
  /// At that step of that frame.
  [[nodiscard]] Cursor cursor_at(std::uint32_t pc, std::uint32_t frame) const {
    return {pc, frame, key_of_draws(s_.frames[frame])};
  }
  /// Goes on from that step.
  void run_token(std::uint32_t token, std::uint32_t pc);
  [[nodiscard]] static std::uint64_t key_of_draws(const Frame& frame) {
    return frame.key + frame.occurrence;
  }
  [[nodiscard]] static std::uint64_t bits_of(const Frame& frame, const Step& step) {
    return mix(key_of_draws(frame), step.key);
  }
  [[nodiscard]] std::int64_t sample(std::uint32_t law, std::uint64_t bits) const {
    return tables_[law].sample(law_rows_[law], bits);
  }
  /// The station that a step names, on the task that serves the frame if it is one of a task.
  [[nodiscard]] std::uint32_t station_of(const Step& step, const Frame& frame) const {
    if ((step.flags & kOnTask) == 0) return step.a;
    return frame.task == kNone ? kNone : s_.tasks[frame.task].first_station + step.a;
  }
  /// Time that the token spends for the service that its frame belongs to.
  void spent_in(const Frame& frame, const Token& t, std::int64_t wait, std::int64_t service) {
    if (frame.deployment == kNone) return;
    recorder_.spent(s_.requests[t.request], net_.service_of[frame.deployment], wait, service);
  }
  bool step_delay(std::uint32_t token, const Step& step, std::uint64_t bits);
  /// What acts at a gate on callers from one zone.
  struct Selected {
    bool down = false;
    double refuse_share = 0;
    double error_share = 0;
    std::int64_t delay = 0;
  };
  [[nodiscard]] std::uint32_t zone_of_caller(std::uint32_t token, const Step& step,
                                             std::uint32_t gate) const;
  /// `zone`: of the caller; `task`: that is entered; either may be none.
  [[nodiscard]] Selected selected(std::uint32_t gate, std::uint32_t zone, std::uint32_t task) const;
  bool step_troubled_gate(std::uint32_t token, const Step& step, std::uint32_t of);
  bool step_zone_gate(std::uint32_t token, const Step& step);
  [[nodiscard]] std::uint32_t zone_gate_of(const Frame& frame) const;
  void step_resolve(std::uint32_t token, const Step& step);
  bool step_pace(std::uint32_t token, const Step& step);
  void set_delay(std::uint32_t token, std::int64_t length);
  void lane_delay(std::uint32_t token, std::uint32_t lane);
  void cancel_delay(std::uint32_t token);
  /// What a request's key of that space comes of, and the cell of the alias table that it falls in:
  /// the high bits choose.
  [[nodiscard]] static std::uint64_t key_bits(const Request& request, const KeySpace& space) {
    return mix(request.key, space.hash);
  }
  [[nodiscard]] static std::uint32_t cell_of(std::uint64_t bits, const KeySpace& space) {
    return static_cast<std::uint32_t>(uniform_index(bits, space.count));
  }
  std::uint32_t key_of(const Request& request, const KeySpace& space) const;
  void fetch_entry(std::uint32_t token, std::uint32_t cache) const;
  bool take_tokens(BucketState& state, std::uint32_t tokens) const;

  // balancing.cpp
  void plant_trees();
  void replant(std::uint32_t group);
  [[nodiscard]] Cause choose(Frame& frame, const Step& step, std::uint64_t bits);
  [[nodiscard]] std::uint32_t choose_of_all(std::uint32_t group, std::uint64_t bits);
  [[nodiscard]] std::uint32_t choose_by_look(std::uint32_t group, std::uint32_t zone,
                                             std::uint64_t bits);
  [[nodiscard]] bool takes_turn(std::uint32_t group, std::uint32_t task);
  void ramp_task(std::uint32_t task, Duration over);
  void end_ramp(std::uint32_t group, std::uint32_t task);

  // partitions.cpp
  void start_partitions();
  bool step_key_range(std::uint32_t token, const Step& step);
  bool take_of_partition(std::uint32_t partitions, std::uint64_t hash, std::uint32_t tokens);
  void split_partition(std::uint32_t partitions, std::uint32_t index);

  // calls.cpp
  Cursor push_call(std::uint32_t token, const Step& step, Cursor at);
  Cursor enter_plan(std::uint32_t token, std::uint32_t head, std::uint64_t key,
                    std::uint32_t parent);
  Cursor enter_plan(std::uint32_t token, PlanId plan, std::uint64_t key) {
    return enter_plan(token, net_.plan_entry[plan.index()] - 1, key, kNone);
  }
  /// Ends the top frame well; true if the token goes on.
  bool return_from(std::uint32_t token, Cursor& at);
  /// Unwinds with a cause to a handler; true if the token goes on at once.
  bool fail(std::uint32_t token, Cause cause);
  bool call_failed(std::uint32_t token, std::uint32_t call, std::uint16_t attempt,
                   std::uint32_t began, Cause cause, bool& unwinding);
  std::uint32_t pop_frame(std::uint32_t token, std::uint32_t frame, Cause cause);
  /// To the listener: the token's top frame has begun on behalf of `parent`; a frame is over.
  void tell_call(std::uint32_t token, PlanId plan, std::uint32_t parent, bool awaited) const;
  void tell_left(std::uint32_t frame, Cause cause) const;
  void let_go(std::uint32_t frame);
  void let_go_of_places(std::uint32_t frame);
  /// One request more, or one less (`change` is 2^32 - 1), on that task.
  void count_on_task(std::uint32_t task, std::uint32_t change) {
    TaskState& row = s_.tasks[task];
    row.outstanding += change;
    if (row.leaf != 0) {
      least_tree::set(&s_.least[s_.groups[net_.task_group[task]].tree], row.leaf, row.outstanding);
    }
  }
  void leave_task(std::uint32_t task) { count_on_task(task, ~std::uint32_t{0}); }
  void end_token(std::uint32_t token);
  void branch_ended(std::uint32_t join, bool good, Cause cause);
  void arm(std::uint32_t lane, std::uint32_t target, bool on_token);
  /// For a timeout lane: where a deadline's target notes the number of its deadline there.
  auto number_of(std::uint32_t lane) {
    return [this, lane](const TimeoutLane::Deadline& deadline) -> std::uint32_t& {
      if (deadline.on_token) {
        Token& token = s_.tokens[deadline.target];
        return token.child == lane ? token.timer : no_timer_;
      }
      Frame& frame = s_.frames[deadline.target];
      return frame.lane == lane ? frame.timer : no_timer_;
    };
  }
  std::uint32_t lane_for(Duration timeout);
  void fire_timeouts(std::uint32_t lane);
  void timed_out(std::uint32_t frame);
  void wait_timed_out(std::uint32_t token);
  std::uint32_t split(std::uint32_t frame);
  void step_fork(std::uint32_t token, const Step& step);
  void step_spawn(std::uint32_t token, const Step& step);
  bool step_reply(std::uint32_t token);
  std::uint32_t new_token(std::uint32_t request);

  // clients.cpp
  void start_clients();
  void forget_clients(std::uint32_t task);
  [[nodiscard]] static std::uint32_t copy_of(const ClientCopies& copies, std::uint32_t task);
  [[nodiscard]] BreakerCopy breaker_of(std::uint32_t breaker, std::uint32_t task);
  void note_breaker(std::uint32_t breaker, bool was_tripped, bool is_tripped);
  bool step_guarded_call(std::uint32_t token, const Step& step);
  bool step_limit(std::uint32_t token, const Step& step);
  bool step_shed(std::uint32_t token, const Step& step);
  void hear(const CallPolicy& policy, std::uint32_t task, std::uint32_t began, Cause cause);
  void call_succeeded(std::uint32_t token, const Step& step, std::uint16_t attempt,
                      std::uint32_t began);
  std::optional<std::uint16_t> next_attempt(const CallPolicy& policy, std::uint32_t task,
                                            std::uint16_t attempt, Cause cause);
  void discard_frame(std::uint32_t token);

  // stations.cpp
  void tell(std::uint32_t station, Listener::Stay stay, std::uint32_t token) {
    if (listener_ != nullptr) [[unlikely]] {
      listener_->station(now(), StationId{station}, stay, token);
    }
  }
  /// Brings the areas up to now.
  void touch(StationState& state) {
    const auto elapsed = static_cast<std::uint64_t>(s_.now - state.last);
    state.busy_area += elapsed * state.in_service;
    state.queue_area += elapsed * state.queued;
    state.last = s_.now;
  }
  bool enter_station(std::uint32_t token, std::uint32_t station, const Step& step,
                     std::uint64_t bits);
  void start_service(std::uint32_t token, std::uint32_t station, std::uint32_t server,
                     std::int64_t waited);
  [[nodiscard]] static std::int64_t slowed(std::int64_t demand, float speed);
  void serve_next(std::uint32_t station, std::uint32_t server);
  void complete_service(std::uint32_t slot, std::uint32_t station);
  void complete_many(std::uint32_t token, bool well);
  enum class Taken : std::uint8_t { kNow, kLater, kNever };
  Taken acquire(std::uint32_t token, Frame& frame, std::uint32_t station, const Step& step);
  void release(std::uint32_t station);
  void hand_over(std::uint32_t station);
  void enqueue(std::uint32_t token, std::uint32_t station, std::uint16_t priority);
  void unlink(std::uint32_t token, std::uint32_t station);
  void leave_queue(std::uint32_t token, std::uint32_t station);
  std::uint32_t dequeue(std::uint32_t station);
  void compute(std::uint32_t token, std::uint32_t station, const Step& step, std::uint64_t bits);
  void shared_advance(std::uint32_t station);
  void shared_schedule(std::uint32_t station);
  void shared_complete(std::uint32_t station);
  void shared_remove(std::uint32_t token, std::uint32_t station);
  std::uint32_t heap_meld(std::uint32_t a, std::uint32_t b);
  std::uint32_t heap_pop(std::uint32_t root);
  void set_servers(std::uint32_t station, std::uint32_t servers);
  void set_speed(std::uint32_t station, float speed);
  void close_station(std::uint32_t station);

  // arrivals.cpp
  void start_source(std::uint32_t source);
  void arrive(std::uint32_t source);
  static void draw_gap(SourceState& state);
  [[nodiscard]] std::int64_t next_arrival(std::uint32_t source);
  [[nodiscard]] std::int64_t next_arrival_of_profile(const Source& row, SourceState& state,
                                                     double left);
  void fetch_keys(const Request& request) const;
  void begin_later(const Request& next, std::int64_t delay);
  void start_request(std::uint32_t token);
  void answer(std::uint32_t request, bool good, Cause cause);
  [[nodiscard]] Cause final_cause(const Request& request, Cause cause) const;
  void release_request(std::uint32_t request);
  void go_on(std::uint32_t ended, bool good);
  void think(std::uint32_t source, std::uint32_t user, std::uint64_t round);
  std::size_t pick_by_share(std::uint32_t index, std::uint64_t bits);
  void pick_mix(std::uint32_t index, std::uint64_t key, Request& request);
  void begin_probe(std::uint32_t controller, PlanId plan, Duration timeout, std::uint64_t cookie,
                   std::uint32_t task);

  // caches.cpp
  void start_caches();
  void age_entries(std::uint32_t cache);
  [[nodiscard]] bool cache_has(const CacheState& state, std::uint32_t key) const;
  void cache_link(CacheState& state, std::uint32_t key);
  void cache_unlink(CacheState& state, std::uint32_t key);
  bool cache_lookup(std::uint32_t cache, std::uint32_t key);
  /// Puts the key in; returns the one that went for want of room, or kNone.
  std::uint32_t cache_insert(std::uint32_t cache, std::uint32_t key);
  void cache_drop(std::uint32_t cache, std::uint32_t key);
  void cache_empty(std::uint32_t cache);
  void copy_cache(std::uint32_t from, std::uint32_t to);
  /// Lets the cache have what has been shipped to it by now.
  void bring_up_to_date(std::uint32_t cache) {
    if (s_.caches[cache].fed_by != kNone) [[unlikely]]
      apply_changes(s_.caches[cache].fed_by);
  }
  void apply_changes(std::uint32_t log);
  void note_change(std::uint32_t cache, std::uint32_t log, const CacheChange& change);
  void forget_changes(std::uint32_t log, std::uint32_t count);
  void ship_change(std::uint32_t cache, std::uint32_t put, std::uint32_t dropped);
  void cache_fill(std::uint32_t cache);
  void cache_flush(std::uint32_t cache);
  void cache_warm(std::uint32_t cache, std::uint32_t keys);

  // fetches.cpp
  void step_fetch(std::uint32_t token, const Step& step);
  void fetch_ended(std::uint32_t join, bool good, Cause cause);
  void leave_fetch(std::uint32_t token);
  [[nodiscard]] std::uint32_t& fetch_bucket(std::uint32_t cache, std::uint32_t key);
  void widen_fetches();

  // rate_counter.cpp
  [[nodiscard]] std::int64_t limit_of(std::uint32_t rule) const;
  void start_rules();
  void look_at_rule(std::uint32_t rule);
  bool passes_rule(const Request& request, std::uint32_t rule);

  // stores.cpp
  bool put_message(std::uint32_t token, std::uint32_t buffer);
  void start_consumers(std::uint32_t buffer);
  void take_messages(std::uint32_t token, std::uint32_t buffer);
  void drop_held_request(std::uint32_t batch);
  bool next_message(std::uint32_t token);
  [[nodiscard]] std::int64_t message_age(std::uint32_t token) const;
  void rewind_batch(std::uint32_t token, bool half);
  void forget_message(std::uint32_t buffer, std::uint32_t message);
  void acknowledge(std::uint32_t token, std::uint32_t buffer);
  void show_again(std::uint32_t buffer, std::uint32_t index);
  void make_visible(std::uint32_t buffer);
  void consumer_ended(std::uint32_t batch);
  void begin_consumers(std::uint32_t buffer);
  void arrive(std::uint32_t buffer, std::uint32_t index);
  void hide_message(std::uint32_t buffer, std::uint32_t index, std::int64_t visible_at);
  std::uint32_t unhide_message(std::uint32_t buffer, std::uint32_t index);
  void miss_message(std::uint32_t buffer, std::uint32_t index, Cause cause);
  void drop_expired(std::uint32_t buffer);
  [[nodiscard]] bool expired(std::uint32_t buffer, std::uint32_t index) const;
  void set_alarm(std::uint32_t buffer);
  [[nodiscard]] std::int64_t window_ends(std::uint32_t buffer) const;

  // message_groups.cpp
  void start_message_groups();
  void append_to_line(std::uint32_t buffer, std::uint32_t index);
  void line_up(std::uint32_t buffer, std::uint32_t index);
  std::uint32_t next_in_line(std::uint32_t buffer, std::uint32_t last);
  void left_consumer(std::uint32_t buffer, std::uint32_t row);
  void ring_by(std::uint32_t buffer, std::int64_t at);
  /// All keys of the buffer's groups: not for what happens often.
  template <class Act>
  void for_each_group(std::uint32_t buffer, Act act) const {
    const std::uint32_t first = s_.buffers[buffer].first_group;
    if (first == kNone) return;
    const KeySpace& keys = net_.key_spaces[net_.buffers[buffer].groups.index()];
    for (std::uint32_t i = 0; i < keys.count; ++i) act(s_.message_groups[first + i]);
  }
  [[nodiscard]] std::uint32_t consumer_limit(std::uint32_t buffer) const;
  /// True: go on; false: waits for a cold start or fails (then `refused`).
  bool take_environment(std::uint32_t token, const Step& step, bool& refused);
  void vacate(std::uint32_t environments);
  void expire_idle(std::uint32_t environments);

  // replication.cpp
  void commit(std::uint32_t token, const Step& step);
  void start_logs();
  /// Whether writes go into the log: not once its copy has been opened for good.
  [[nodiscard]] bool ships(std::uint32_t log) const {
    const ReplicationLog& row = net_.logs[log];
    const bool active = !row.active.valid() || s_.registers[row.active.index()] == row.while_value;
    return active && !s_.logs[log].opened;
  }
  std::int64_t ship(std::uint32_t log, std::uint64_t bits, std::uint32_t bytes,
                    std::int64_t committed);
  void tell_committed(std::uint32_t log, std::int64_t committed, std::int64_t received) const;
  void freeze_log(std::uint32_t log);
  void pause_log(std::uint32_t log);
  void thaw_log(std::uint32_t log);
  void detach_log(std::uint32_t log);
  void cut_log(std::uint32_t log);
  void ship_again(std::uint32_t log);
  void open_copy(std::uint32_t log, std::int64_t failed_at);
  void lose_data(const std::vector<DeploymentId>& deployments);
  void records_at_failure(std::uint32_t log);
  void note_records(std::uint32_t region, const std::vector<bool>& gone, bool destroyed);
  [[nodiscard]] std::vector<std::uint64_t> messages_in(const std::vector<bool>& gone) const;
  using KnownRecord = std::pair<std::uint64_t, std::uint32_t>;  ///< its row in failed_records
  void note_record(const RecordAtFailure& record, const std::vector<KnownRecord>& known);
  void settle_records();
  void prune_records();

  // effects.cpp
  EffectId begin_effect(const std::vector<DeploymentId>& deployments, const Effect& effect);
  void end_effect(EffectId effect);
  void derive_gate(std::uint32_t deployment);
  void apply_speed(std::uint32_t station, double of_effects);
  void set_task_version(std::uint32_t task, double speed, double error_share);
  void apply_task_speed(std::uint32_t task);
  void spare_task(std::uint32_t task);
  void reset_deployments(const std::vector<bool>& in_scope, double reset_share);
  void reset_task(std::uint32_t task);
  void unwind_to(std::uint32_t token, std::uint32_t frame);
  void detach(std::uint32_t token);
  /// Until that gate opens.
  void hang(std::uint32_t token, std::uint32_t gate);
  void release_hung(std::uint32_t deployment);

  // sampling.cpp
  void sample();
  void close_groups();
  void group_minutes();
  void detail_series();
  void measure_base();
  void measure_end();
  StationResult station_result(std::uint32_t station) const;
  double group_cpu_seconds(std::uint32_t group) const;

  struct Baseline;

  const Network& net_;
  const std::vector<LawTable>& tables_;
  const std::vector<LawTable::Row>& law_rows_;
  State s_;
  Recorder recorder_;
  std::uint64_t trial_key_;
  std::vector<std::uint64_t> log_luck_;  ///< by log: lags that several writes share
  std::vector<std::uint32_t> controller_offset_;
  std::vector<std::unique_ptr<ControlView>> views_;
  std::unique_ptr<Baseline> base_;
  Listener* listener_ = nullptr;
  std::int64_t looked_at_ = 0;               ///< the time at the last look around, and
  std::uint64_t looks_ = 0;                  ///< how many in a row have seen it
  std::vector<std::uint32_t> spaces_ahead_;  ///< key spaces whose cells are fetched ahead
  std::uint32_t no_timer_ = kNone;           ///< of whose timer stands in another lane
  std::vector<double> shares_;               ///< of a mix at this instant; scratch
  /// Where the shares of a mix that changes are, by source and choice: each arrival asks.
  std::vector<std::vector<Profile::Stretch>> stretches_;
};

}  // namespace lifeboat::sim
