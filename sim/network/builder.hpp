// Building a network.
//
// Stations, laws and so on are added one by one and named by the id that comes back. Plans are
// declared first and defined later, so that operations may call each other in any order; build()
// checks the whole (every plan defined, every id in range, no synchronous cycle), lays out event
// slots in the order that breaks ties, and returns the immutable network.
//
// Step names: each step's draws belong to the hash of a stable name, which the caller gives
// relative to the plan's `luck_name` ("web.view-product" whatever the region). A variant of the
// platform that keeps the names keeps the luck.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/network/network.hpp"

namespace lifeboat::sim {

class PlanBuilder;

/// See the file comment. Functions throw std::invalid_argument with a clear text when given
/// something that no model file can mean (the readers check what files say before).
class NetworkBuilder {
 public:
  NetworkBuilder();
  ~NetworkBuilder();
  NetworkBuilder(const NetworkBuilder&) = delete;
  NetworkBuilder& operator=(const NetworkBuilder&) = delete;

  RegionId add_region(std::string name);
  /// `part`: of a service that has a deployment there already; it has a gate of its own.
  DeploymentId add_deployment(std::string service, RegionId region, bool dependency = false,
                              std::string part = {});
  LawId add_law(const Law& law);  ///< equal laws share a row
  StationId add_station(Station station);
  /// Stations of a task are given once, for one task; names get the group's.
  TaskGroupId add_task_group(TaskGroup group, std::vector<Station> stations_of_a_task);
  BucketId add_bucket(Bucket bucket);
  /// One bucket for each of `count` partitions, in a row; kPartition hashes the key over them.
  BucketId add_partitions(const Bucket& bucket, std::uint32_t count);
  PartitionsId add_key_ranges(Partitions partitions);
  RateRuleId add_rate_rule(RateRule rule);
  KeySpaceId add_key_space(std::string name, std::uint32_t count, double zipf, bool per_client);
  CacheId add_cache(Cache cache);
  BufferId add_buffer(Buffer buffer);
  LogId add_log(ReplicationLog log);
  RecordClassId add_record_class(RecordClass record_class);
  std::uint32_t add_store(std::string name);
  RegisterId add_register(std::string name, std::int64_t initial);
  ResolverId add_resolver(Resolver resolver);
  EnvironmentId add_environments(Environments environments);
  /// A budget, breaker, limiter or shedder of a name and settings that are there already is that
  /// one: operations of one deployment that call the same service share it.
  std::uint32_t add_budget(RetryBudget budget);
  std::uint32_t add_breaker(Breaker breaker);
  std::uint32_t add_limiter(RateLimiter limiter);
  std::uint32_t add_shedder(Shedder shedder);
  JourneyId add_journey(Journey journey);
  std::uint32_t add_visit(Visit visit);
  SourceId add_source(Source source);
  void set_population(Population population);
  /// Adds a controller that also wakes when one of `watches` changes.
  ControllerId add_controller(std::shared_ptr<const Controller> controller,
                              const std::vector<RegisterId>& watches = {});

  /// `luck_name` without region; `deployment` is where its steps happen (invalid: the client).
  PlanId declare_plan(std::string luck_name, DeploymentId deployment);
  /// Starts the definition of a declared plan; finish() on the result ends it.
  PlanBuilder define(PlanId plan);
  [[nodiscard]] bool defined(PlanId plan) const;
  /// Lets what is not known when they are added be set later: a buffer's consumer plan, a journey's
  /// plan, a cache's expected look-ups.
  Buffer& buffer(BufferId id);
  Cache& cache(CacheId id);
  Journey& journey(JourneyId id);
  [[nodiscard]] const Network& so_far() const;

  std::shared_ptr<const Network> build();

 private:
  friend class PlanBuilder;
  struct Draft;
  std::unique_ptr<Draft> draft_;
};

/// Collects the steps of one plan; finish() appends them to the network, so that plans may be
/// defined while another one is. Labels are jump targets: make one, jump to it, place it.
class PlanBuilder {
 public:
  using Label = std::uint32_t;

  /// `priority` counts at a priority station; lower goes first.
  void visit(StationId station, LawId law, std::string_view step_name, std::uint16_t priority = 0);
  void acquire(StationId station, Duration wait_at_most = Duration::infinite(),
               std::uint16_t priority = 0);
  void release(StationId station);
  /// On the task that the frame chose; `offset` counts the group's stations of a task.
  void acquire_on_task(std::uint32_t offset, Duration wait_at_most = Duration::infinite());
  void release_on_task(std::uint32_t offset);
  void compute(StationId station, LawId law, std::string_view step_name);
  void compute_on_task(std::uint32_t offset, LawId law, std::string_view step_name);
  void delay(LawId law, std::string_view step_name);
  void throttle(BucketId bucket, std::uint32_t tokens = 1);
  void pace(BucketId bucket, std::uint32_t tokens = 1);
  void partition(BucketId first, std::uint32_t count, KeySpaceId keys, std::uint32_t tokens = 1);
  /// Of partitions that may be split; without a key space each call has a key of its own.
  void key_range(PartitionsId partitions, KeySpaceId keys, std::uint32_t tokens = 1);
  void gate();  ///< of the plan's deployment
  void gate_of(DeploymentId deployment, std::string_view step_name);
  /// Of the zone in which the task that the frame chose stands; the gates stand in a row.
  void gate_of_zone(DeploymentId first, std::string_view step_name);
  void screen(RateRuleId rule, std::string_view step_name);
  /// Among the tasks in service; with a zone, among those that stand there.
  void choose(TaskGroupId group, std::uint32_t zone = kNone);
  /// Jumps to the label of the region in which the request's client believes.
  void resolve(ResolverId resolver, const std::vector<Label>& by_region);
  /// Jumps to by_value[register]; values outside go on at the next step.
  void switch_on(RegisterId reg, const std::vector<Label>& by_value);
  void branch(double probability, Label to, std::string_view step_name);
  void jump(Label to);
  void lookup(CacheId cache, Label on_hit);
  void fill(CacheId cache);
  /// Runs a plan for the request's key. One that comes while it is under way for the same key of
  /// the same cache waits for its end instead. It goes on though nobody waits for it any more. On
  /// failure all that wait go on at `on_failure` if given, else they fail with its cause.
  void fetch(CacheId cache, PlanId plan, std::string_view step_name,
             std::optional<Label> on_failure = std::nullopt);
  /// Runs a plan. On failure that its retries do not mend, goes on at `on_failure` if given.
  void call(PlanId plan, CallPolicy policy, std::string_view step_name,
            std::optional<Label> on_failure = std::nullopt);
  void spawn(PlanId plan, std::string_view step_name);
  void fork(const std::vector<PlanId>& branches, std::uint32_t need, std::string_view step_name);
  void put(BufferId buffer);
  void take(BufferId buffer);
  void next_message(BufferId buffer, Label when_none);
  void acknowledge(BufferId buffer);
  void environment(EnvironmentId environments, std::string_view step_name);
  void vacate(EnvironmentId environments);
  void commit(const Commit& commit, std::string_view step_name);
  void repeat(Label back_to, std::uint32_t times);  ///< runs the stretch `times` times in all
  /// Fails if the hold station at `offset` of the chosen task has more than enough to do.
  void shed_on_task(std::uint32_t offset, std::uint32_t shedder);
  /// In a plan that is a fork's branch: jumps if the fork has gone on without it.
  void still_wanted(Label otherwise);
  /// In what a consumer runs: jumps if the message that it stands in for is older than `age`, which
  /// is held to a millisecond and at most 49 days.
  void too_old(Duration age, Label then);
  /// next_message starts again with the batch's first message.
  void rewind(BufferId buffer);
  /// The same; but the second half of the batch goes back first, to the front of the line.
  void bisect(BufferId buffer);
  void reply();
  void fail(Cause cause);
  void finish();  ///< appends the return

  Label label();
  void place(Label label);

 private:
  friend class NetworkBuilder;
  PlanBuilder(NetworkBuilder& owner, PlanId plan);
  std::uint32_t append(StepCode code, std::string_view step_name = {});
  Step& step(std::uint32_t index);
  void jump_table(std::uint32_t index, const std::vector<Label>& labels);

  void jump_to(std::uint32_t step, std::uint32_t Step::*field, Label label);
  [[nodiscard]] std::uint32_t lane(Duration wait_at_most);
  [[nodiscard]] std::uint32_t past_jumps(std::uint32_t place) const;
  [[nodiscard]] bool returns(std::uint32_t place) const;
  [[nodiscard]] bool looks_up(std::uint32_t place) const;

  struct Patch {
    std::uint32_t step;
    std::uint32_t Step::*field;  ///< null: an entry of the jump tables
    Label label;
  };
  NetworkBuilder* owner_;
  PlanId plan_;
  std::uint64_t luck_;
  std::uint32_t unnamed_ = 0;
  std::vector<Step> steps_;            ///< appended to the network by finish()
  std::vector<std::uint32_t> places_;  ///< by label
  std::vector<Patch> patches_;
};

}  // namespace lifeboat::sim
