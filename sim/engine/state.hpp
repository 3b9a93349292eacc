// The state of one running trial: plain arrays addressed by index, and nothing else.
//
// No pointers, no owning containers per object: a snapshot is a copy of these vectors' used
// extents, and two states are equal when their bytes are. Strings, policies and everything that
// does not change stand in the Network; what was observed stands in the Recorder.
//
// Links between records are indices (kNone ends a list). A token is in exactly one place at a
// time, told by `place`; `where` says which one.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/control/control.hpp"
#include "sim/engine/client_state.hpp"
#include "sim/engine/event_set.hpp"
#include "sim/engine/pool.hpp"
#include "sim/engine/rate_counter.hpp"
#include "sim/engine/timeout_lane.hpp"
#include "sim/engine/timer_tree.hpp"
#include "sim/network/ids.hpp"
#include "sim/network/step.hpp"
#include "sim/time.hpp"

namespace lifeboat::sim {

/// Where a token is.
enum class Place : std::uint8_t {
  kFree,     ///< not in use
  kRunning,  ///< being interpreted, or in the ready list
  kQueue,    ///< waiting at a station (`where`)
  kServer,   ///< in service; `where` is the event slot
  kShared,   ///< on a processor-sharing station (`where`)
  kLane,     ///< in a constant-delay lane (`where`)
  kSet,      ///< in the random-delay set; `where` is its leaf
  kMany,     ///< the same, in service at the station of so many servers that its step names
  kJoin,     ///< waiting for its branches; `where` is the join
  kHung,     ///< behind a gate (`where`) or inside a dead place, until its caller gives up
};

/// 128 bits for sums of areas over years.
__extension__ using AreaSum = unsigned __int128;

/// A thread of control: what a request, an asynchronous call, a branch or a probe does. One cache
/// line, as are the frame and the request.
struct alignas(64) Token {
  std::int64_t since = 0;   ///< when it came to where it is
  double finish = 0;        ///< on a shared station: virtual finish time
  std::int64_t demand = 0;  ///< of the timed step, nanoseconds at full speed
  std::uint32_t pc = 0;
  std::uint32_t frame = kNone;  ///< top of its stack
  std::uint32_t request = kNone;
  std::uint32_t next = kNone;  ///< queue and lane links; sibling in a shared station's heap
  std::uint32_t prev = kNone;
  std::uint32_t child = kNone;  ///< in such a heap; while it has a timer: its lane
  std::uint32_t where = kNone;
  std::uint32_t timer = kNone;  ///< of a bounded wait: number of its deadline
  std::uint32_t batch = kNone;  ///< a consumer's: index of its batch
  std::uint16_t priority = 0;   ///< at a priority station; lower goes first
  Place place = Place::kFree;
};
static_assert(sizeof(Token) == 64);

/// One call that a token is inside, with what it holds.
struct alignas(64) Frame {
  std::uint64_t key = 0;         ///< its draws belong to this
  std::uint32_t parent = kNone;  ///< of a free frame: the next free one
  std::uint32_t call = kNone;    ///< the call's step in the parent's plan; kNone: a root
  std::uint32_t token = kNone;   ///< whose stack it is on
  std::uint32_t timer = kNone;   ///< of the call: number of its deadline
  std::uint32_t deployment = kNone;
  std::uint32_t task = kNone;              ///< the task that serves it
  std::uint32_t held[2] = {kNone, kNone};  ///< hold stations
  std::uint32_t environment = kNone;
  /// A branch's root: of this join. Frame of a guarded call: when it began, in microseconds modulo
  /// 2^32 (so that a call of more than 71 minutes looks shorter to its breaker).
  std::uint32_t join = kNone;
  std::uint32_t occurrence = 0;  ///< folds loops into draws
  std::uint32_t loops = 0;
  /// Of the call that made this frame: low byte its number, high byte what it cost the budget.
  std::uint16_t attempt = 0;
  std::uint16_t next_attempt = 0;  ///< of the call that this frame will retry; as `attempt`
  bool owns_task : 1 = false;      ///< counted among the task's outstanding
  bool detached : 1 = false;       ///< its caller has gone; it ends in silence
  bool tail : 1 = false;           ///< when it ends well, so does its caller, and nothing else
  bool accounted : 1 = false;      ///< its caller keeps account of how it ends
  std::uint8_t resume = 0;         ///< steps from its call to the next one; 0: the call says which
  std::uint16_t lane = 0;          ///< of its timer
};
static_assert(sizeof(Frame) == 64);

/// One customer's attempt at a journey, or a probe, from arrival to the last token that works
/// for it.
struct alignas(64) Request {
  std::uint64_t key = 0;
  std::uint64_t number = 0;  ///< of its source, or the probe's cookie
  std::int64_t arrival = 0;
  std::uint32_t next = kNone;     ///< free list
  std::uint32_t journey = kNone;  ///< kNone: a probe or a consumer's own
  std::uint32_t sender = kNone;   ///< its source; of a probe: the controller
  std::uint32_t tokens = 0;       ///< that refer to it
  std::uint32_t client = 0;
  std::uint32_t detail = kNone;
  std::uint32_t leg = 0;  ///< journeys of this visit so far, or tries so far
  std::uint16_t visit = kNoVisit;
  std::uint16_t region = kNoRegion;      ///< that served it
  std::uint16_t resolver = kNoResolver;  ///< that sent it there
  std::uint8_t committed_parts = 0;      ///< of its record
  bool begun : 1 = false;
  bool answered : 1 = false;
  bool measured : 1 = false;
  bool came_back : 1 = false;
  bool is_probe : 1 = false;

  static constexpr std::uint16_t kNoVisit = 0xffff;
  static constexpr std::uint16_t kNoRegion = 0xffff;
  static constexpr std::uint16_t kNoResolver = 0xffff;
};
static_assert(sizeof(Request) == 64);

struct Lane {
  std::uint32_t head = kNone;
  std::uint32_t tail = kNone;
};

/// Queue and service of one station. Areas are integers: sums of (count x nanoseconds).
struct alignas(64) StationState {
  std::int64_t last = 0;         ///< when the areas were brought up to date
  std::uint64_t busy_area = 0;   ///< in service; shared: thousandths of processors in use
  std::uint64_t queue_area = 0;  ///< waiting; shared: tokens present
  /// kServers: bit set of idle ones. kShared: the bits of the rate at which the virtual clock runs.
  std::uint64_t free_servers = 0;
  double virtual_time = 0;  ///< kShared
  std::uint32_t in_service = 0;
  std::uint32_t queued = 0;
  std::uint32_t head = kNone;  ///< shared: root of the heap
  std::uint32_t tail = kNone;  ///< shared: its capacity
  std::uint32_t servers = 0;
  float speed = 1;

  /// kShared: thousandths of processors.
  [[nodiscard]] std::uint32_t capacity_milli() const { return tail; }
  [[nodiscard]] double rate() const { return std::bit_cast<double>(free_servers); }
  void set_rate(double rate) { free_servers = std::bit_cast<std::uint64_t>(rate); }
};
static_assert(sizeof(StationState) == 64);

/// Counts kept apart from the queue, on the token's side, for the audit; and what those who count
/// read of the StationRow, so that they need not fetch that as well.
struct alignas(64) StationCount {
  std::uint64_t arrivals = 0;
  std::uint64_t rejected = 0;
  std::uint64_t started = 0;  ///< left the queue for a server
  std::uint64_t completions = 0;
  std::uint64_t abandoned = 0;  ///< left from the queue or from service without completing
  std::uint64_t wait_sum = 0;   ///< of all that left the queue, nanoseconds
  std::uint64_t since_sum = 0;  ///< of all that wait now, modulo 2^64
  std::uint32_t service = kNone;
  std::uint32_t first_slot = kNone;
};
static_assert(sizeof(StationCount) == 64);

/// Areas closed into wider sums (count x nanoseconds), up to `closed`.
struct StationTotal {
  AreaSum busy = 0;
  AreaSum queue = 0;
  AreaSum capacity = 0;
  std::int64_t closed = 0;
};

struct alignas(32) TaskState {
  TaskLife life = TaskLife::kFree;
  bool in_service = false;
  std::uint16_t zone = 0;
  std::uint32_t position = kNone;  ///< in the group's list of those in service
  std::uint32_t outstanding = 0;
  std::uint32_t leaf = 0;      ///< in its group's tree of least counts; 0: none
  float speed = 1;             ///< of its version
  float error_share = 0;       ///< of requests that its version fails
  std::uint32_t ramp = kNone;  ///< row of State::ramps while its share of requests grows
  std::uint32_t first_station = kNone;
};
static_assert(sizeof(TaskState) == 32);

/// A task whose share of its turns grows from none to all (round robin).
struct Ramp {
  std::int64_t from = 0;
  std::int64_t over = 0;
  double credit = 0;  ///< of the turns that it let pass
  std::uint32_t next = kNone;
};

struct alignas(64) GroupState {
  AreaSum running_area = 0;  ///< running tasks x nanoseconds
  std::int64_t last = 0;
  std::uint64_t requests = 0;
  std::uint32_t starting = 0;
  std::uint32_t running = 0;
  std::uint32_t in_service = 0;
  std::uint32_t cursor = 0;
  std::uint32_t ramping = 0;           ///< tasks in service whose share still grows
  std::uint32_t zone_cursors = kNone;  ///< first of its zones' in State::zone_cursors
  std::uint32_t tree = kNone;   ///< first node of its tree in State::least; kNone: looks at each
  std::uint32_t tree_size = 0;  ///< positions that it has; 0: too few for a tree
};
static_assert(sizeof(GroupState) == 64);

struct BucketState {
  std::int64_t theoretical = 0;  ///< generic cell rate: when the bucket would be full again
  double interval = 0;           ///< ns a token
  double tolerance = 0;          ///< ns of burst
};

/// One partition of a table, or one that was: then it has halves.
struct PartitionState {
  std::int64_t limit = 0;  ///< generic cell rate: when its own limit would be untouched again
  std::int64_t part = 0;   ///< when its part of the table's rate would be
  std::uint64_t refused = 0;
  std::uint64_t turns = 0;       ///< of these, of another key than the one before
  std::uint64_t last_key = 0;    ///< hash of the key refused last
  std::uint32_t halves = kNone;  ///< first of two
  std::uint32_t depth = 0;       ///< how often what it was part of was split
};

/// What each token reads that comes to a deployment's gate.
struct Door {
  std::uint64_t entered = 0;
  bool troubled = false;  ///< some effect acts there: see its GateState
};

/// Derived from all effects that act on a deployment.
struct GateState {
  bool down = false;
  bool selective = false;  ///< something acts on callers of some zones alone
  double refuse_share = 0;
  double error_share = 0;
  double shed_share = 0;           ///< refused of ordinary requests
  double shed_critical_share = 0;  ///< and of critical ones
  double throttled_share = 0;
  BucketState limit;  ///< of what is let through; interval 0: not limited
  std::int64_t delay = 0;
};

struct ActiveEffect {
  std::uint32_t id = 0;
  std::uint32_t deployment = 0;
  Effect effect;
};

/// The entries of one cache. A cache that may have to evict keeps its keys in the order of their
/// last use; one with room for all of them keeps when each was filled, and if nothing dies either,
/// only which are there.
struct CacheState {
  enum class Kind : std::uint8_t { kRoomy, kDying, kEvicting };
  std::uint64_t hits = 0;
  std::uint64_t misses = 0;
  std::int64_t ttl = 0;
  std::size_t first = 0;  ///< kRoomy: word of State::cache_bits; else entry of State::cache_fills
  std::size_t first_link = 0;  ///< kEvicting: entry of State::cache_links
  std::uint32_t keys = 0;      ///< of its key space
  std::uint32_t key_space = 0;
  std::uint32_t capacity = 0;
  std::uint32_t entries = 0;
  std::uint32_t all_there_below = 0;  ///< keys below it are all there; for warming
  std::uint32_t newest = kNone;
  std::uint32_t oldest = kNone;
  Kind kind = Kind::kRoomy;
  bool has_followers = false;
  std::uint32_t fed_by = kNone;  ///< log that brings what it holds
};
struct CacheLink {
  std::uint32_t newer = kNone;
  std::uint32_t older = kNone;
};
/// Fill time of a key that is not there.
inline constexpr std::int64_t kAbsent = std::int64_t{-1} << 62;

/// The messages that one consumer works on.
struct Batch {
  std::uint32_t next = kNone;  ///< free list
  std::uint32_t buffer = kNone;
  std::uint32_t first = kNone;        ///< linked through Message::batch_next
  std::uint32_t current = kNone;      ///< that the token stands in for; kNone: before the first
  std::uint32_t own_request = kNone;  ///< the consumer's own
  /// The current message's request, held: another receiver may delete the message meanwhile.
  std::uint32_t held_request = kNone;
  bool begun = false;
  bool lost = false;          ///< a fault cut its token off
  std::uint32_t rewound = 0;  ///< how often it was begun anew
};

struct Message {
  std::int64_t put = 0;
  std::int64_t visible_at = 0;
  std::uint32_t batch_next = kNone;
  std::uint32_t batch = kNone;  ///< that has it now; kNone: nobody
  std::uint32_t next = kNone;
  std::uint32_t prev = kNone;
  std::uint32_t request = kNone;
  std::uint32_t receives = 0;
  std::uint32_t group = kNone;  ///< row of State::message_groups
  std::uint32_t order = 0;      ///< of its put among the buffer's, modulo 2^32
};

struct BufferState {
  std::uint32_t head = kNone;  ///< visible messages, oldest first
  std::uint32_t tail = kNone;
  std::uint32_t hidden_head = kNone;  ///< received, until their visibility ends
  std::uint32_t hidden_tail = kNone;
  std::uint32_t visible = 0;
  std::uint32_t hidden = 0;
  std::uint32_t consumers = 0;  ///< at work
  std::uint64_t put = 0;
  std::uint64_t acknowledged = 0;
  std::uint64_t redelivered = 0;
  std::uint64_t dead_lettered = 0;
  std::uint64_t expired = 0;
  std::uint32_t first_group = kNone;  ///< row of State::message_groups
};

/// Messages of one key that wait behind another one of it: behind the one that stands in the
/// buffer's line for all of them, or those that a consumer has.
struct MessageGroup {
  std::uint32_t head = kNone;  ///< in the order of their puts
  std::uint32_t tail = kNone;
  std::uint32_t hidden = 0;  ///< with a consumer
  bool in_line = false;
};

inline constexpr std::int64_t kShipping = std::int64_t{-1} << 62;

/// A write on its way to a copy.
struct Shipment {
  std::int64_t committed = 0;
  std::int64_t received = 0;
  std::int64_t applied = 0;
};

/// What a shipment changes in the cache at its end.
struct CacheChange {
  std::uint32_t cache = kNone;    ///< kNone: nobody looks there
  std::uint32_t put = kNone;      ///< key; kNone: none
  std::uint32_t dropped = kNone;  ///< key; kNone: none, kAllKeys: whatever it held
  bool written = false;           ///< by a customer's write, and not by an operator
};
inline constexpr std::uint32_t kAllKeys = kNone - 1;

struct LogState {
  std::int64_t first_departure = 0;  ///< of a timetable; of a lag that holds: when one ends
  std::int64_t last_received = 0;    ///< ordered: nothing arrives before what went ahead
  std::int64_t last_applied = 0;
  std::int64_t link_free = 0;               ///< when the link has carried all that was committed
  std::int64_t frozen_at = kShipping;       ///< when it was cut; else kShipping
  std::int64_t source_lost_at = kShipping;  ///< the source's first loss since it last shipped
  std::uint64_t committed = 0;
  std::uint64_t forgotten = 0;  ///< shipments received, applied and dropped from the list
  std::int64_t extra_lag = 0;
  double replay = 1;        ///< of full speed
  std::uint32_t stops = 0;  ///< faults that hold it
  bool detached = false;    ///< its end stopped receiving to be opened
  bool opened = false;
  bool feeds_caches = false;
};

/// One write of a business record, kept while it may matter to a failure.
struct RecordWrite {
  std::uint64_t record = 0;
  std::int64_t committed = 0;
  std::int64_t safe_at = 0;  ///< when some other region has it
  std::uint32_t part = 0;
  std::uint32_t deployment = kNone;  ///< that acknowledged it
  std::uint32_t log = kNone;         ///< by which it travels; kNone: it stays
  std::uint32_t buffer = kNone;      ///< a message of this buffer
};

/// What stood of a record when its region failed.
struct RecordAtFailure {
  std::uint64_t record = 0;
  std::uint32_t record_class = 0;
  /// A stream that had not delivered one of its writes; kNone: it has shipped them again since.
  std::uint32_t unsafe_log = kNone;
  std::uint8_t safe_parts = 0;  ///< bit sets over the record's parts
  std::uint8_t unsafe_parts = 0;
  std::uint8_t waiting_parts = 0;    ///< messages that wait where all has failed
  std::uint8_t destroyed_parts = 0;  ///< of the last two, those that no end of the failure returns
};

/// That records of a region were put together at an instant, without these deployments.
struct RecordsNoted {
  std::int64_t at = 0;
  std::uint32_t region = kNone;
  std::uint64_t gone = 0;  ///< hash of the deployments
};

struct EnvironmentState {
  std::uint32_t busy = 0;
  std::uint64_t starts = 0;
  std::uint64_t served = 0;
  std::int64_t growth = 0;  ///< generic cell rate: theoretical time
  std::int64_t last = 0;
  AreaSum busy_area = 0;
  AreaSum idle_area = 0;
};

struct AnswerChange {
  std::int64_t at = 0;
  std::int64_t region = 0;
};

/// Who asked a resolver.
struct ResolverCount {
  std::uint64_t asked = 0;
  std::uint64_t stale = 0;  ///< of them, those that still believed another region than the name's
};

struct SourceState {
  std::uint64_t luck = 0;       ///< of the source in this trial
  std::uint64_t number = 0;     ///< of the next arrival
  std::uint64_t key = 0;        ///< of its request
  std::uint64_t key_after = 0;  ///< of the one after
  double gap = 0;               ///< between the two, in units of the cumulative rate
  std::int64_t next = 0;
  double factor = 1;
  double burst = 1;
  std::int64_t burst_until = 0;
  std::uint64_t burst_number = 0;
  std::uint32_t point = 0;
};

/// Branches, and the token that waits for them. Of a fetch: one branch, and all tokens that wait
/// for what it brings, in the order in which they came.
struct JoinState {
  std::uint32_t next = kNone;
  std::uint32_t token = kNone;  ///< that waits; kNone: gone on. Of a fetch: the first
  std::uint32_t left = 0;       ///< branches still at work
  std::uint32_t need = 0;
  std::uint32_t cache = kNone;  ///< a fetch's; kNone: no fetch
  std::uint32_t key = 0;
  std::uint32_t request = kNone;  ///< that began it
  std::uint32_t last = kNone;     ///< that waits
  std::uint32_t chain = kNone;    ///< the next fetch of its bucket of State::fetches
};

/// Storage for controllers' states.
struct alignas(16) ControllerCell {
  std::byte bytes[16] = {};
};

struct State {
  // What nearly each event reads, in few cache lines.
  std::int64_t now = 0;
  std::uint64_t events_run = 0;
  std::uint64_t hops = 0;
  EventSet events;
  TimerTree delays;  ///< the set of random delays, ranked by their tokens
  Pool<Token> tokens;
  Pool<Frame, &Frame::parent> frames;
  Pool<Request> requests;
  std::vector<std::uint32_t> ready;  ///< tokens runnable at this instant, in order
  std::uint32_t ready_head = 0;
  std::vector<std::uint32_t> woken;  ///< controllers whose registers changed
  std::vector<StationState> stations;
  std::vector<StationCount> counts;
  std::vector<std::uint32_t> occupant;  ///< by slot: the token in service
  std::vector<TaskState> tasks;
  std::vector<Door> doors;  ///< by deployment
  std::vector<BucketState> buckets;
  std::vector<TimeoutLane> timeout_lanes;
  std::vector<GroupState> groups;
  std::vector<std::uint32_t> in_service;  ///< by group at its first task: tasks in service
  std::vector<std::uint32_t> least;       ///< trees of least outstanding requests (least_tree.hpp)

  Pool<JoinState> joins;
  std::vector<std::uint32_t> fetches;  ///< under way: first of each bucket, a power of two of them
  std::uint32_t fetching = 0;          ///< how many
  Pool<Message> messages;
  Pool<Batch> batches;
  std::vector<StationTotal> totals;
  std::vector<std::uint32_t> used_tasks;    ///< by group: its places up to the last that had a task
  std::vector<std::uint32_t> zone_cursors;  ///< of choices within a zone
  Pool<Ramp> ramps;
  std::vector<std::vector<PartitionState>> partitions;  ///< by row; those of the start come first
  std::vector<RateCounter> rate_rules;
  std::vector<GateState> gates;  ///< by deployment
  std::vector<ActiveEffect> effects;
  std::vector<CacheState> caches;
  std::vector<std::uint64_t> cache_bits;
  std::vector<std::int64_t> cache_fills;  ///< when; kAbsent: not there
  std::vector<CacheLink> cache_links;
  std::vector<BufferState> buffers;
  std::vector<LogState> logs;
  std::vector<std::vector<Shipment>> shipments;  ///< by log, oldest first
  std::vector<std::uint32_t> shipment_head;      ///< by log
  /// By log, of each shipment of a log that feeds caches; how many of them the caches have.
  std::vector<std::vector<CacheChange>> cache_changes;
  std::vector<std::uint32_t> cache_changes_done;
  std::vector<std::vector<RecordWrite>> records;  ///< by record class, oldest first
  std::vector<RecordAtFailure> failed_records;
  std::vector<RecordsNoted> records_noted;  ///< at the latest such instant
  std::vector<EnvironmentState> environments;
  std::vector<std::vector<std::int64_t>> idle;  ///< by environments: idle since, oldest first
  std::vector<std::uint32_t> idle_head;
  std::vector<std::int64_t> registers;
  std::vector<std::vector<AnswerChange>> answers;  ///< by resolver
  std::vector<ResolverCount> resolver_counts;
  std::vector<SourceState> sources;
  std::vector<std::uint32_t> budgets;  ///< these five: by copy (sim/network/client.hpp)
  std::vector<BreakerState> breakers;
  std::vector<BreakerCell> breaker_cells;
  std::vector<LimiterState> limiters;
  std::vector<ShedState> shedders;
  std::vector<std::uint32_t> breakers_tripped;  ///< by breaker: copies that are not closed
  std::vector<Lane> delay_lanes;
  std::vector<ControllerCell> controllers;  ///< their states, one after the other
  std::uint64_t spontaneous = 0;            ///< consumers and probes started so far
  std::uint32_t next_effect = 0;
  std::uint32_t open_requests = 0;  ///< begun and not answered
  std::uint32_t open_measured = 0;  ///< of these, measured; messages as well
  bool ending = false;
  std::vector<MessageGroup> message_groups;  ///< by buffer that has some, then by key
};

}  // namespace lifeboat::sim
