// The network: everything about a simulated system that does not change while it runs.
//
// Stations, plans, laws, limits and policies, as flat tables addressed by typed index, shared by
// all trials and threads. What changes (queues, tokens, counters, capacities set by verbs) is in
// sim/engine/state.hpp; what was observed is in sim/trial/result.hpp. The network knows nothing
// of clouds: it has regions (places that fail together), deployments (something that runs in one
// region and has a gate), stations, and plans over them.
//
// A network is made by NetworkBuilder (sim/network/builder.hpp), which checks it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/control/controller.hpp"
#include "sim/network/client.hpp"
#include "sim/network/ids.hpp"
#include "sim/network/step.hpp"
#include "sim/network/warm_shares.hpp"
#include "sim/random/law.hpp"
#include "sim/random/law_tables.hpp"
#include "sim/time.hpp"

namespace lifeboat::sim {

enum class StationKind : std::uint8_t {
  kServers,  ///< c servers, each busy for a drawn time (kVisit)
  kHold,     ///< c places that a token takes and gives back (kAcquire, kRelease)
  kShared,   ///< processor sharing: n tokens each get min(1, capacity / n) (kCompute)
};
enum class Discipline : std::uint8_t { kFifo, kLifo, kPriority };

/// A queueing resource. A task group's stations are repeated for each task.
struct Station {
  std::string name;
  StationKind kind = StationKind::kServers;
  Discipline discipline = Discipline::kFifo;
  DeploymentId deployment;
  std::uint32_t servers = 1;          ///< initial places; verbs may change it
  std::uint32_t queue_limit = kNone;  ///< waiting places beyond the servers
  std::uint32_t capacity_milli = 0;   ///< kShared: capacity in thousandths of a processor
  std::uint32_t first_slot = kNone;   ///< event slots, set by the builder
};

/// What the engine reads of a station at each visit, apart from names and initial values.
struct StationRow {
  std::uint32_t first_slot = kNone;
  std::uint32_t queue_limit = kNone;
  std::uint32_t capacity_milli = 0;
  std::uint32_t deployment = kNone;
  std::uint32_t service = kNone;  ///< index into Network::services
  StationKind kind = StationKind::kServers;
  Discipline discipline = Discipline::kFifo;
  /// Each server has its event slot; otherwise services are timed by the random-delay set.
  bool has_slots = false;
};

/// Interchangeable tasks: `limit` task places, each with the same stations (a worker pool, a
/// processor, connection pools), in service or not.
struct TaskGroup {
  enum class Choice : std::uint8_t { kRoundRobin, kLeastOutstanding, kRandom };
  std::string name;
  DeploymentId deployment;
  std::uint32_t limit = 0;
  Choice choice = Choice::kRoundRobin;
  std::uint32_t first_station = 0;  ///< of task 0
  std::uint32_t stations_per_task = 0;
  std::uint32_t first_task = 0;  ///< index of task 0 among all tasks
  std::uint32_t zones = 1;
  /// Gates of the zones, in a row: what acts on one acts on the work of the tasks that stand there.
  /// Invalid: its zones have none.
  DeploymentId first_zone_gate;
};

struct Deployment {
  std::string service;
  RegionId region;  ///< invalid: global (an edge, a client)
  std::uint32_t service_index = 0;
  bool dependency = false;  ///< a refusal here is the cause "dependency", not "reset"
  std::string part;         ///< what of the service it is ("waf"); empty: the service itself
};

struct Bucket {
  std::string name;
  double per_second = 0;
  double burst = 1;
};

/// The partitions of a table in one direction (reads, writes): ranges of the hashes of its keys, of
/// equal size at the start. Each can be parted into halves while the network runs.
///
/// A partition gives at most `per_second` tokens a second, over a window of a second. Beside that
/// the table has a rate: that of the bucket `table`, which holds a second of it. Where `keeps` is
/// zero a call also needs tokens of the table. Otherwise each partition has an equal part of the
/// table's rate and keeps what it does not use for so long; a call needs tokens of its partition's
/// part, or, when those are used up, of what the table as a whole leaves over at the moment. What a
/// call takes of its partition's part counts against the table's second all the same, into debt of
/// at most one second.
struct Partitions {
  std::string name;
  std::uint32_t count = 1;  ///< at the start
  double per_second = 0;    ///< tokens that one gives, whatever the table has
  BucketId table;
  Duration keeps;
};

/// A firewall's rate rule. It counts the requests of each client within a window that slides by
/// `cadence`; at each look a client whose count is above the limit is put on the rule's list, and
/// one whose count is not is taken off; either acts after a lag of its own. At most `most_keys`
/// clients are on the list: those with the highest counts, ties by index.
struct RateRule {
  std::string name;  ///< owner of its luck
  std::uint64_t hash = 0;
  bool per_client = true;     ///< otherwise all requests count as one
  bool blocks = true;         ///< otherwise it only counts what it would block
  std::int64_t limit = 0;     ///< requests in a window; 0 or less: not in force, nothing is counted
  RegisterId limit_register;  ///< optional: holds the limit; a change empties all counts
  Duration window = Duration::seconds(300);  ///< whole cadences
  Duration cadence = Duration::seconds(10);
  LawId lag;
  std::uint32_t most_keys = 10'000;
};

/// Keys that requests carry (products, customers), with how popular each is.
struct KeySpace {
  std::uint64_t hash = 0;  ///< of the name: a request's key is drawn from (request, hash)
  std::uint32_t count = 0;
  bool per_client = false;  ///< the key is the client's index, modulo count
  double zipf = 0;          ///< popularity of rank i proportional to 1 / i^zipf
  /// First of its cells in Network::key_cells, one a key; kNone: all keys are equally popular.
  std::uint32_t first_cell = kNone;
  std::string name;
};

/// A cell of Walker's alias table: its own key when the low bits fall below `keep`, else `other`.
struct KeyCell {
  std::uint32_t keep = 0;
  std::uint32_t other = 0;
};

/// What holds copies of keys: least recently used goes first, an entry dies after `ttl`.
///
/// A cache may have followers, which hold what it holds, as late as a replication log brings it:
/// what is put here is put there, with the age that it has here, and what is dropped for want of
/// room or by a flush here is dropped there. A follower has the source's keys, capacity and ttl.
struct Cache {
  struct Follower {
    LogId log;   ///< in order; from this cache's deployment
    CacheId to;  ///< invalid: nobody looks there
  };
  std::string name;
  KeySpaceId keys;
  std::uint32_t capacity = 0;  ///< entries; at least keys.count means never full
  Duration ttl = Duration::infinite();
  DeploymentId deployment;
  bool starts_empty = false;
  /// Look-ups a second that are expected when the run begins; 0: unknown. With it a cache whose
  /// entries die starts with each key there as likely as in the long run.
  double lookups_per_second = 0;
  std::vector<Follower> followers;
  CacheId follows;  ///< it begins with what that one holds
};

struct Buffer {
  std::string name;
  DeploymentId deployment;
  Duration visibility = Duration::seconds(30);  ///< infinite: hidden until its consumer ends
  std::uint32_t max_receives = kNone;           ///< then the message goes to the dead letters
  std::uint32_t batch = 1;
  PlanId consumer;                    ///< invalid: nobody takes
  std::uint32_t first_consumers = 5;  ///< at the start; a register may change it
  RegisterId consumers;               ///< optional: how many consumers may work at once
  std::uint32_t follows = kNone;      ///< index into followed journeys; kNone: none
  std::uint32_t limit = 10'000'000;   ///< messages kept; beyond, puts are rejected
  /// How long after the oldest message's put a batch that is not full waits for more.
  Duration window;
  /// A message that waits for longer is dropped. Who comes back behind younger ones is dropped when
  /// it is his turn.
  Duration retention = Duration::infinite();
  std::uint32_t in_flight_limit = kNone;  ///< received and not done; beyond, nobody receives
  BufferId dead_letters;                  ///< optional: where dead letters wait, as old as they are
  /// Optional: messages of one key are received in the order of their puts, and none while another
  /// one of the key is with a consumer.
  KeySpaceId groups;
};

/// Shipping of one copy's writes to another: committed, received, applied.
struct ReplicationLog {
  std::string name;  ///< store name, as objectives quote it
  DeploymentId from;
  DeploymentId to;
  bool ordered = true;  ///< a suffix is lost; otherwise each item travels alone
  /// Item by item: a copy that was opened receives nothing more; otherwise what waited is merged
  /// into it when the source is back. In order the copy has parted in any case.
  bool parts = false;
  LawId lag;  ///< one way, from commit (or departure) to receipt of one write
  /// One lag for all writes that leave within so long, as in one stream, which is slow or quick as
  /// a whole; zero: each write has its own. The phase is luck.
  Duration lag_holds;
  /// Writes leave by a timetable: every so often, together, with one lag for all that leave at
  /// once; zero: each at once when it is committed.
  Duration departs_every;
  std::optional<Instant> departs_at;  ///< one of the departures; nothing: the phase is luck
  double bytes_per_second = 0;        ///< shipping rate; 0: not bounded
  double apply_per_second = 0;        ///< replay rate in writes; 0: at once
  /// Writes go this way while this register holds `while_value` (the writer's region).
  RegisterId active;
  std::int64_t while_value = 0;
};

/// Which writes make one business record (an order: a row and a message).
struct RecordClass {
  std::string name;
  std::uint32_t parts = 0;  ///< how many distinct writes; at most 8
  bool critical = false;
};

/// What one kCommit step acknowledges.
struct Commit {
  std::vector<LogId> logs;  ///< appended to, where active
  DeploymentId deployment;  ///< the copy that acknowledges
  std::uint32_t store = 0;  ///< index into Network::stores
  RecordClassId record;     ///< optional
  std::uint32_t part = 0;
  std::uint32_t bytes = 0;
  BufferId queue;  ///< the write is a message that stays in this region
  CacheId cache;   ///< the write puts the request's key there, and the logs carry it to followers
};

struct Journey {
  std::string name;
  PlanId plan;  ///< invalid for a followed (asynchronous) journey
  Duration good_within = Duration::infinite();
  bool critical = false;
  bool followed = false;
  bool outsiders = false;  ///< only sources with clients of their own drive it; set by the builder
  double come_back = 0;    ///< share of failed customers who try again later
  LawId come_back_after;
};

/// What a session does after a journey ends: go on to one of these, or leave.
struct Visit {
  struct Next {
    JourneyId to;
    double probability = 0;
  };
  std::string name;
  JourneyId start;
  std::vector<std::vector<Next>> next;  ///< by journey index
  LawId think;
};

/// A piecewise linear function of time, constant beyond its ends; times ascend.
struct Profile {
  struct Point {
    Instant at;
    double value = 0;
  };
  /// A piece between two points or beyond an end: whoever asks again and again keeps it.
  struct Stretch {
    Instant from;
    Instant to;        ///< not in it; one that holds nothing has no length
    double value = 0;  ///< at `from`
    double rise = 0;   ///< until `to`
    [[nodiscard]] bool holds(Instant t) const { return from <= t && t < to; }
    [[nodiscard]] double at(Instant t) const {
      if (rise == 0) return value;
      return value + (t - from).to_seconds() / (to - from).to_seconds() * rise;
    }
  };
  std::vector<Point> points;
  /// Where `t` lies; at a jump what comes after it.
  [[nodiscard]] Stretch stretch(Instant t) const;
  [[nodiscard]] double at(Instant t) const { return stretch(t).at(t); }
  [[nodiscard]] double integral(Instant from, Instant to) const;
};

/// Where requests come from: an open stream with a rate, instants read from a trace, or a closed
/// population that thinks.
struct Source {
  std::string name;
  std::uint64_t hash = 0;  ///< of the name: its luck
  enum class Kind : std::uint8_t { kRate, kStamps, kUsers } kind = Kind::kRate;
  Profile rate;                 ///< per second
  LawId factor;                 ///< optional: one factor a trial (forecast error), mean 1
  double burst_cv = 0;          ///< doubly stochastic rate: coefficient of variation
  Duration burst_correlation;   ///< and how long it holds
  std::vector<Instant> stamps;  ///< kStamps, ascending
  std::uint32_t users = 0;      ///< kUsers
  LawId think;                  ///< kUsers
  /// How many clients ask; 0: the population, which the builder then puts here. Others are
  /// outsiders with indices of their own (bots): no customers, and they never come back.
  std::uint32_t clients = 0;
  std::uint32_t first_client = 0;  ///< set by the builder
  bool outsiders = false;          ///< set by the builder
  /// What an arrival is: shares over time; a choice is a journey or a visit.
  struct Choice {
    JourneyId journey;
    std::uint32_t visit = kNone;  ///< index into Network::visits, else kNone
    Profile share;
  };
  std::vector<Choice> mix;
  std::vector<double> running_share;  ///< of a mix that never changes: sums; set by the builder
};

struct Population {
  std::uint32_t clients = 1;
};

/// Client cohorts' delay until they believe a changed answer: shares sum to 1.
struct Resolver {
  struct Cohort {
    double share = 1;
    LawId delay;
  };
  std::string name;
  std::uint64_t hash = 0;
  std::vector<Cohort> cohorts;
  RegisterId answer;  ///< region index that the name server gives now
  DeploymentId deployment;
};

/// What a kCall does beyond running the plan.
struct CallPolicy {
  Duration timeout = Duration::infinite();
  Cause timeout_cause = Cause::kTimeout;
  std::uint32_t max_attempts = 1;
  Duration backoff_base = Duration::milliseconds(50);
  Duration throttled_backoff_base;  ///< after kThrottled; zero: backoff_base
  Duration backoff_cap = Duration::seconds(20);
  std::uint16_t retry_on = 0;     ///< bit per cause
  std::uint32_t budget = kNone;   ///< index into Network::budgets; kNone: none
  std::uint32_t breaker = kNone;  ///< index into Network::breakers; kNone: none
  std::uint32_t limiter = kNone;  ///< index into Network::limiters; kNone: none
  std::uint32_t handler = kNone;  ///< step to go on at after failure; kNone: fail
  PlanId plan;
  /// Share of a back-off that is drawn: uniform on [1 - jitter, 1] times its ceiling.
  double jitter = 1;
};

/// Execution environments that start on demand and die when idle (a function's fleet).
struct Environments {
  std::string name;
  DeploymentId deployment;
  std::uint32_t limit = 1000;  ///< concurrent; the register `limit_register` overrides
  RegisterId limit_register;
  LawId cold_start;
  Duration idle_expiry = Duration::minutes(15);
  double growth_per_second = 100;  ///< new environments
  double growth_burst = 1000;
};

/// A register: one shared control value with a name (desired count, writer, switch, answer).
struct Register {
  std::string name;
  std::int64_t initial = 0;
};

/// What an event slot belongs to. Slots are numbered in the order in which ties go: faults,
/// other controllers, completions, delays, timeouts, sources, samples.
struct SlotOwner {
  enum class Kind : std::uint8_t {
    kController,
    kServer,     ///< index: station
    kShared,     ///< index: station
    kDelayLane,  ///< index: lane
    kDelaySet,
    kTimeoutLane,  ///< index: lane
    kVisibility,   ///< index: buffer
    kSource,       ///< index: source
    kSampler,
  } kind = Kind::kSampler;
  std::uint32_t index = 0;
};

struct Fork {
  std::vector<PlanId> branches;
  std::uint32_t need = 0;  ///< how many must end well
};

/// See the file comment. Immutable once built.
struct Network {
  std::vector<std::string> regions;
  std::vector<std::string> services;  ///< by Deployment::service_index
  std::vector<std::string> stores;    ///< by Commit::store
  std::vector<Deployment> deployments;
  std::vector<Station> stations;
  std::vector<TaskGroup> groups;
  std::vector<std::uint32_t> task_group;  ///< by task: its group
  // Derived by the builder for the engine's sake.
  std::vector<StationRow> station_rows;           ///< by station
  std::vector<std::uint32_t> task_first_station;  ///< by task
  std::vector<std::uint32_t> service_of;          ///< by deployment
  bool clients_matter = false;  ///< something depends on who asks: a resolver, a rule, keys
  std::vector<Law> laws;
  std::shared_ptr<const LawTables> law_tables = std::make_shared<LawTables>();
  std::shared_ptr<const WarmShares> warm_shares = std::make_shared<WarmShares>();
  std::vector<Bucket> buckets;
  std::vector<Partitions> partitions;
  std::vector<RateRule> rate_rules;
  std::vector<KeySpace> key_spaces;
  std::vector<KeyCell> key_cells;  ///< alias tables; spaces of one popularity share theirs
  std::vector<Cache> caches;
  std::vector<Buffer> buffers;
  std::vector<ReplicationLog> logs;
  std::vector<RecordClass> record_classes;
  std::vector<Commit> commits;
  std::vector<Journey> journeys;
  std::vector<Visit> visits;
  std::vector<Source> sources;
  std::vector<Resolver> resolvers;
  std::vector<CallPolicy> policies;
  std::vector<RetryBudget> budgets;
  std::vector<Breaker> breakers;
  std::vector<RateLimiter> limiters;
  std::vector<Shedder> shedders;
  ClientTotals client_totals;  ///< copies of the four; set by the builder
  std::vector<Environments> environments;
  std::vector<Register> registers;
  std::vector<Fork> forks;
  std::vector<std::uint32_t> jumps;  ///< jump tables of kResolve and kSwitch
  std::vector<Step> steps;
  std::vector<std::uint32_t> plan_entry;  ///< by plan: its first step, after its head
  std::vector<std::string> plan_names;
  std::vector<DeploymentId> plan_deployment;
  std::vector<Duration> timeout_lanes;  ///< distinct timeouts
  std::uint32_t spare_lanes = 0;        ///< further ones, for what controllers' probes ask
  std::vector<Duration> delay_lanes;    ///< distinct constant delays
  std::vector<std::shared_ptr<const Controller>> controllers;
  std::vector<std::vector<std::uint32_t>> register_watchers;  ///< by register: controllers
  std::vector<std::uint64_t> controller_luck;                 ///< by controller: hash of its name
  Population population;
  std::vector<SlotOwner> slots;
  std::vector<std::uint32_t> controller_slot;  ///< by controller
  std::uint32_t delay_lane_slot = 0;           ///< first of the delay lanes
  std::uint32_t delay_set_slot = 0;
  std::uint32_t timeout_lane_slot = 0;  ///< first of the timeout lanes
  std::uint32_t visibility_slot = 0;    ///< first of the buffers
  std::uint32_t source_slot = 0;        ///< first of the sources
  std::uint32_t sampler_slot = 0;

  /// What draws from the laws, by law; made when first asked for.
  [[nodiscard]] const std::vector<LawTable>& tables() const { return law_tables->of(laws); }
  /// The plan that a call runs.
  [[nodiscard]] PlanId called_by(const Step& call) const { return policies[call.b].plan; }
  /// The task group that a station belongs to, or kNone.
  [[nodiscard]] std::uint32_t group_of_station(std::uint32_t station) const;
  /// The row of that name, or an invalid id.
  [[nodiscard]] RegisterId find_register(std::string_view name) const;
};

}  // namespace lifeboat::sim
