// What a controller may see and do: the view and the verbs.
//
// The view shows counters as a perfectly placed meter would read them now; delay, sampling and
// loss of metrics are the business of the controllers that model them. Verbs change gates, rates,
// task life, permissions and registers, and nothing else. The same verbs serve a runbook step, an
// interactive drill and a later fluid engine, so none of them names a request.
//
// All of it is deterministic; luck() is keyed by (seed, trial, controller, purpose, number).
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "sim/network/ids.hpp"
#include "sim/network/network.hpp"
#include "sim/time.hpp"

namespace lifeboat::sim {

/// Where a task stands, as the engine sees it. Finer life cycles belong to the scheduler.
enum class TaskLife : std::uint8_t { kFree, kStarting, kRunning, kDraining };

/// Cumulative counters of one station up to now (integers; differences over time are metrics).
struct StationView {
  std::uint32_t in_service = 0;
  std::uint32_t queued = 0;
  std::uint32_t servers = 0;
  std::uint64_t arrivals = 0;
  std::uint64_t rejected = 0;
  std::uint64_t completions = 0;
  double busy_server_seconds = 0;
  double queue_seconds = 0;
};

/// Cumulative counters of a task group up to now.
struct GroupView {
  std::uint32_t starting = 0;
  std::uint32_t running = 0;        ///< running, in service or not
  std::uint32_t in_service = 0;     ///< registered with the balancer and healthy
  std::uint32_t outstanding = 0;    ///< requests on tasks
  double cpu_used_seconds = 0;      ///< processor-seconds used by its tasks
  double cpu_reserved_seconds = 0;  ///< processor-seconds reserved by running tasks
  double running_task_seconds = 0;
  std::uint64_t requests = 0;  ///< accepted by tasks
};

struct CacheView {
  std::uint64_t hits = 0;
  std::uint64_t misses = 0;
  std::uint32_t entries = 0;
};

/// A rate rule up to now.
struct RateRuleView {
  std::uint64_t seen = 0;     ///< requests that came to it, in force or not
  std::uint64_t matched = 0;  ///< of these, from clients on its list: blocked if it blocks
  std::uint32_t listed = 0;   ///< clients on its list, the lag of the last ones not yet over
  std::uint32_t tracked = 0;  ///< clients that it counts one by one
};

/// One partition of a table up to now.
struct PartitionView {
  std::uint64_t refused = 0;  ///< calls that found its own limit reached
  std::uint64_t turns = 0;    ///< of these, those for another key than the one refused before
  std::uint32_t depth = 0;    ///< how often what it was part of has been split
  bool split = false;         ///< it has been split itself: its halves stand further on
};

struct BufferView {
  std::uint32_t visible = 0;
  std::uint32_t in_flight = 0;
  Duration oldest_age;
  std::uint64_t put = 0;
  std::uint64_t acknowledged = 0;
  std::uint64_t dead_lettered = 0;
  std::uint64_t expired = 0;  ///< dropped because they had waited for too long
};

/// Marks of a replication stream: times of commit, and counts.
struct LogView {
  std::uint64_t committed = 0;
  std::uint64_t received = 0;
  std::uint64_t applied = 0;
  Duration receive_lag;    ///< age of the oldest commit not received; 0 if none
  Duration apply_lag;      ///< age of the oldest commit not applied; 0 if none
  Instant applies_all_at;  ///< when everything received by now will have been applied
};

/// What a fault does to a deployment while it lasts. Several may act at once; the effective gate
/// is derived from all of them: down if any is, product of slowdowns, sum of delays.
struct Effect {
  enum class Kind : std::uint8_t {
    kOutage,    ///< in-flight work is reset (share) or hangs; new work is refused (share) or hangs
    kLatency,   ///< adds `delay` at the gate
    kErrors,    ///< fails `share` of requests at the gate
    kSlow,      ///< stations run at `factor` of their speed
    kShed,      ///< refuses `share` of ordinary requests and `refuse_share` of critical ones
    kThrottle,  ///< throttles `share` of requests, and all beyond `per_second`
  } kind = Kind::kOutage;
  double share = 1;         ///< kOutage: reset rather than hang; kErrors: failing; kShed: refused
  double refuse_share = 1;  ///< kOutage: new work refused rather than left hanging; kShed: above
  double factor = 1;
  double per_second = 0;  ///< kThrottle: let through, with a second's worth at once; 0: all
  Duration delay;
  /// Whom it hits at a gate (kOutage, kLatency, kErrors): everybody; or callers whose tasks stand
  /// in `zone` of the gate's region, or in another zone of it. Whoever calls from no zone of it (a
  /// customer, another region) is spared by the latter two, and so is what is inside already.
  /// kTasks: requests on one of `tasks`, at the gate of its zone (kLatency, kErrors), or the speed
  /// of these tasks of the deployment (kSlow).
  enum class From : std::uint8_t { kAnywhere, kZone, kOtherZones, kTasks } from = From::kAnywhere;
  std::uint32_t zone = kNone;
  /// Ascending. A task that is started in the place of one of them is not hit.
  std::vector<std::uint32_t> tasks;

  [[nodiscard]] bool hits_task(std::uint32_t task) const {
    return from == From::kTasks && std::binary_search(tasks.begin(), tasks.end(), task);
  }
};

/// Handle of an acting effect.
struct EffectId {
  std::uint32_t index = kNone;
};

class Control {
 public:
  virtual ~Control() = default;

  [[nodiscard]] virtual const Network& network() const = 0;
  [[nodiscard]] virtual Instant now() const = 0;
  /// 64 uniform bits for this controller's draw `number` of `purpose`.
  [[nodiscard]] virtual std::uint64_t luck(std::string_view purpose, std::uint64_t number) = 0;
  /// The same bits read as a uniform number in [0, 1), or through a law.
  [[nodiscard]] double uniform(std::string_view purpose, std::uint64_t number);
  [[nodiscard]] Duration draw(LawId law, std::string_view purpose, std::uint64_t number);

  // View.
  [[nodiscard]] virtual std::int64_t value(RegisterId reg) const = 0;
  [[nodiscard]] virtual StationView station(StationId station) const = 0;
  [[nodiscard]] virtual GroupView group(TaskGroupId group) const = 0;
  [[nodiscard]] virtual TaskLife task_life(std::uint32_t task) const = 0;
  [[nodiscard]] virtual bool task_in_service(std::uint32_t task) const = 0;
  [[nodiscard]] virtual std::uint32_t task_zone(std::uint32_t task) const = 0;
  /// Requests that the task holds or queues.
  [[nodiscard]] virtual std::uint32_t task_outstanding(std::uint32_t task) const = 0;
  [[nodiscard]] virtual CacheView cache(CacheId cache) const = 0;
  [[nodiscard]] virtual RateRuleView rate_rule(RateRuleId rule) const = 0;
  /// Partitions that there are or were: those of the start, and two more for each split.
  [[nodiscard]] virtual std::uint32_t partitions(PartitionsId partitions) const = 0;
  [[nodiscard]] virtual PartitionView partition(PartitionsId partitions,
                                                std::uint32_t index) const = 0;
  [[nodiscard]] virtual BufferView buffer(BufferId buffer) const = 0;
  [[nodiscard]] virtual LogView log(LogId log) const = 0;
  /// How many copies of a circuit breaker (by row of Network::breakers) are open or half open.
  [[nodiscard]] virtual std::uint32_t breakers_tripped(std::uint32_t breaker) const = 0;
  [[nodiscard]] virtual bool gate_open(DeploymentId deployment) const = 0;
  /// What effects add to the time of everybody who passes it.
  [[nodiscard]] virtual Duration gate_delay(DeploymentId deployment) const = 0;
  /// Visits that have passed the deployment's gate so far.
  [[nodiscard]] virtual std::uint64_t entered(DeploymentId deployment) const = 0;

  // Verbs.
  /// Wake this controller at that instant (once; a later call replaces an earlier one).
  virtual void wake_at(Instant at) = 0;
  /// Set a register; controllers that watch it wake at this instant, after this one returns.
  virtual void set(RegisterId reg, std::int64_t value) = 0;
  /// Take the lowest free task place of the group in that zone's share; none if all are taken.
  virtual std::optional<std::uint32_t> start_task(TaskGroupId group, std::uint32_t zone) = 0;
  /// The task runs: its processor counts as reserved. It serves nothing until put in service.
  virtual void task_running(std::uint32_t task) = 0;
  virtual void put_in_service(std::uint32_t task, bool in_service) = 0;
  /// Of a task in service of a group that goes round: from now on it takes a share of its turns
  /// that grows from none to all. Ends when it leaves service.
  virtual void ramp_task(std::uint32_t task, Duration over) = 0;
  /// Takes it out of service and marks it draining; what it holds goes on.
  virtual void drain_task(std::uint32_t task) = 0;
  /// Ends the task; what it still holds is reset. The place becomes free.
  virtual void stop_task(std::uint32_t task) = 0;
  /// The version that a task runs: its stations' speed, and the share of requests that it fails. A
  /// task starts at full speed and without errors.
  virtual void set_task_version(std::uint32_t task, double speed, double error_share) = 0;
  virtual void set_servers(StationId station, std::uint32_t servers) = 0;
  virtual void set_bucket_rate(BucketId bucket, double per_second, double burst) = 0;
  /// Parts that partition's range of keys into halves, with buckets as full as its own; nothing if
  /// it was split before. Their shares of the table's rate, and all others', are equal from then
  /// on.
  virtual void split_partition(PartitionsId partitions, std::uint32_t index) = 0;
  virtual void set_answer_changed(ResolverId resolver, std::int64_t region) = 0;
  /// Begins an effect on several deployments as one: work that is inside several of them is reset
  /// once, at the outermost.
  virtual EffectId begin_effect(const std::vector<DeploymentId>& deployments,
                                const Effect& effect) = 0;
  virtual void end_effect(EffectId effect) = 0;
  /// Stop shipping on the stream: marks stay where they are. Every stop needs its own thaw_log;
  /// with the last one what waited is shipped again. `freeze_log` for a source that is gone: what
  /// then stands of each business record is noted; `pause_log` for a path or an end that is.
  virtual void freeze_log(LogId log) = 0;
  virtual void pause_log(LogId log) = 0;
  virtual void thaw_log(LogId log) = 0;
  /// The copy at the stream's end receives nothing any more: it will be opened (open_copy).
  virtual void detach_log(LogId log) = 0;
  /// Writes that are committed from now on arrive `lag` later, and are replayed at `replay` of full
  /// speed (above 0).
  virtual void impede_log(LogId log, Duration lag, double replay) = 0;
  /// The copy at the stream's end opens for writes without what it has not received: counts what
  /// is lost against the moment `failed_at`, and per record class.
  virtual void open_copy(LogId log, Instant failed_at) = 0;
  virtual void flush_cache(CacheId cache) = 0;
  /// Puts the most popular absent keys into the cache.
  virtual void warm_cache(CacheId cache, std::uint32_t keys) = 0;
  /// Sends a token through `plan`; answered() is called with the cookie when it ends or when
  /// `timeout` has passed. A task given, the plan's steps on a task use that one.
  virtual void probe(PlanId plan, Duration timeout, std::uint64_t cookie,
                     std::uint32_t task = kNone) = 0;
  /// A line of the incident log. `text` is for people; `subject` a deployment, step or register
  /// name; `cause` what led to it, or empty.
  virtual void log_event(std::string_view kind, std::string_view subject, std::string_view region,
                         std::string_view text, std::string_view cause = {}) = 0;
  /// Ends the trial's measured window early (all of the scenario's business is done).
  virtual void end_soon(Instant at) = 0;
  /// Cumulative outcome counts of a journey, warm-up included.
  struct JourneyCounts {
    std::uint64_t arrived = 0;
    std::uint64_t succeeded = 0;
    std::uint64_t failed = 0;
    std::uint64_t good = 0;
  };
  [[nodiscard]] virtual JourneyCounts journey(JourneyId journey) const = 0;
};

}  // namespace lifeboat::sim
