#include "models/services/elasticache/elasticache.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "models/platform/compiler.hpp"
#include "models/platform/keyed_plans.hpp"
#include "models/platform/meter_readings.hpp"
#include "models/platform/metrics.hpp"
#include "models/platform/platform.hpp"
#include "models/replication/interruption.hpp"
#include "models/replication/store.hpp"
#include "models/services/elasticache/contents.hpp"
#include "models/services/elasticache/datastore.hpp"
#include "models/services/elasticache/description.hpp"
#include "models/services/elasticache/popularity.hpp"
#include "models/services/elasticache/scaling.hpp"
#include "models/services/elasticache/warm_reads.hpp"
#include "models/services/elasticache/warming.hpp"
#include "models/services/elasticache/zones.hpp"

namespace lifeboat::models {

namespace {

using elasticache::define_node_scaling;
using elasticache::Description;
using elasticache::NodeScaling;
using elasticache::Operation;
using elasticache::Popularity;
using elasticache::WatchedCache;
using Effect = Operation::Effect;

/// Connections that one node accepts: 65,000 (ElastiCache User Guide, troubleshooting, 2023). The
/// queue of its command thread cannot be longer.
constexpr std::uint32_t kConnectionsPerNode = 65000;

// A cluster that stands alone is a store without other copies: it asks nothing of ReplicatedStore.
class ElastiCacheModel final : public ReplicatedStore {
 public:
  ElastiCacheModel(DeploymentSite site, Description description)
      : ReplicatedStore(std::move(site), description.role.value_or(RoleSpec{})),
        d_(std::move(description)),
        plans_(d_.operations) {}

  [[nodiscard]] std::vector<std::string> operations() const override { return plans_.names(); }
  void note_key(std::string_view operation, std::string_view key_space) override;
  void declare(Compiler& compiler) override;
  void define(Compiler& compiler) override;
  [[nodiscard]] sim::PlanId plan(std::string_view operation) const override {
    return plan_for_key(operation, {});
  }
  [[nodiscard]] sim::PlanId plan_for_key(std::string_view operation,
                                         std::string_view key_space) const override {
    return plans_.find(operation, key_space);
  }
  [[nodiscard]] sim::CacheId cache_for(std::string_view operation,
                                       std::string_view key_space) const override;
  /// Puts of a global datastore go to its primary cluster.
  [[nodiscard]] bool goes_to_writer(std::string_view operation) const override {
    return d_.role.has_value() && cache_use(operation) == CacheUse::kPut;
  }
  [[nodiscard]] CacheUse cache_use(std::string_view operation) const override {
    const Operation* op = find(operation);
    return op != nullptr && op->effect == Effect::kPut ? CacheUse::kPut : CacheUse::kGet;
  }

 protected:
  [[nodiscard]] Shipping receives() const override;
  [[nodiscard]] std::optional<Opening> opening() const override;
  [[nodiscard]] std::optional<Rebuilding> rebuilding() const override;

 private:
  struct Copies {
    std::string key_space;
    WatchedCache watched;
  };
  [[nodiscard]] const Operation* find(std::string_view name) const;
  /// The copies of a key space; invalid: none.
  [[nodiscard]] sim::CacheId held(std::string_view key_space) const;
  void add_nodes(Compiler& compiler);
  void add_copies(Compiler& compiler);
  void emit(Compiler& compiler, sim::PlanBuilder& plan, const KeyedPlan& keyed);
  /// Steps that pick one of nodes [first, last) with their shares and wait for its thread.
  void emit_nodes(sim::PlanBuilder& plan, const std::vector<double>& share, std::size_t first,
                  std::size_t last, sim::LawId command, sim::PlanBuilder::Label end);
  /// Each node's share of the calls with so many shards and replicas; 0 for nodes beyond them.
  [[nodiscard]] std::vector<double> shares(const KeyedPlan& keyed, std::uint32_t shards,
                                           std::uint32_t replicas) const;
  void define_scaling(Compiler& compiler);
  [[nodiscard]] bool puts(const KeyedPlan& keyed) const {
    return d_.operations[keyed.operation].effect == Effect::kPut;
  }
  [[nodiscard]] double entry_bytes(Compiler& compiler, const KeyedPlan& keyed) const;
  /// Tells the engine which caches of the secondary clusters hold what those here do.
  void join_followers(Compiler& compiler);
  void define_meters(Compiler& compiler);
  /// Bytes that went to a secondary cluster, in GiB.
  [[nodiscard]] double put_gib(const MeterReadings& used) const;
  /// Whether verbs may change what it holds.
  [[nodiscard]] std::function<bool(sim::Control&)> is_writable() const;
  void define_handles(Compiler& compiler);
  void define_failover(Compiler& compiler);
  void define_zones(Compiler& compiler);

  Description d_;
  KeyedPlans plans_;
  std::vector<std::string> key_spaces_;
  std::vector<Copies> copies_;
  std::vector<sim::StationId> nodes_;  // shard by shard, the primary first
  ZoneFaults zone_faults_;
  std::vector<sim::RegisterId> zones_;  // by node, where zones may fail
  sim::RegisterId node_seconds_;        // for the bill, where they scale
  CapacityRegisters capacity_;          // of the shards or replicas, where they scale
  sim::DeploymentId here_;
  std::vector<double> put_bytes_;              // of one call, by plan; 0: no put
  const ElastiCacheModel* primary_ = nullptr;  // of a secondary cluster
};

const Operation* ElastiCacheModel::find(std::string_view name) const {
  const auto at = std::find_if(d_.operations.begin(), d_.operations.end(),
                               [&](const Operation& op) { return op.name == name; });
  return at == d_.operations.end() ? nullptr : &*at;
}

void ElastiCacheModel::note_key(std::string_view operation, std::string_view key_space) {
  const Operation* op = find(operation);
  if (op == nullptr || key_space.empty()) return;
  plans_.note(operation, key_space);
  if (op->effect == Effect::kCommand) return;
  if (std::find(key_spaces_.begin(), key_spaces_.end(), key_space) == key_spaces_.end()) {
    key_spaces_.emplace_back(key_space);
  }
}

sim::CacheId ElastiCacheModel::cache_for(std::string_view operation,
                                         std::string_view key_space) const {
  const Operation* op = find(operation);
  if (op == nullptr || op->effect == Effect::kCommand) return {};
  // In a global datastore a put keeps its key where its writer is, as a part of its own plan.
  if (goes_to_writer(operation)) return {};
  return held(key_space);
}

sim::CacheId ElastiCacheModel::held(std::string_view key_space) const {
  for (const Copies& copies : copies_) {
    if (copies.key_space == key_space) return copies.watched.cache;
  }
  return {};
}

Shipping ElastiCacheModel::receives() const {
  Shipping shipping;
  shipping.ordered = true;
  shipping.lag = d_.replication_lag;
  shipping.lag_holds = d_.lag_holds;
  return shipping;
}

std::optional<Opening> ElastiCacheModel::opening() const {
  return Opening{"elasticacheFailoverGlobalReplicationGroup",
                 "makes this secondary cluster of a global datastore its primary, as it is; where "
                 "the primary's region is lost that is a disassociation",
                 d_.promotion, true};
}

std::optional<Rebuilding> ElastiCacheModel::rebuilding() const {
  if (!d_.failback) return std::nullopt;
  return Rebuilding{
      .block = "elasticacheCreateReplicationGroup", .takes = *d_.failback, .others_follow = true};
}

void ElastiCacheModel::declare(Compiler& compiler) {
  if (d_.role) declare_copy(compiler);
  zone_faults_ = ZoneFaults(compiler, site());
  add_nodes(compiler);
  add_copies(compiler);
  plans_.declare(compiler.network(), site().service, compiler.deployment(site()));
}

void ElastiCacheModel::add_nodes(Compiler& compiler) {
  const auto& scaling = d_.shard_scaling ? d_.shard_scaling : d_.replica_scaling;
  if (scaling) {
    const std::uint32_t count = d_.shard_scaling ? d_.shards : d_.replicas;
    capacity_ =
        add_capacity(compiler, name_of(site()) + (d_.shard_scaling ? "/shards" : "/replicas"),
                     std::clamp(count, scaling->min_capacity, scaling->max_capacity),
                     scaling->min_capacity, scaling->max_capacity);
  }
  for (std::uint32_t shard = 0; shard < d_.most_shards(); ++shard) {
    for (std::uint32_t node = 0; node <= d_.most_replicas(); ++node) {
      const std::string label = "shard-" + std::to_string(shard + 1) +
                                (node == 0 ? "" : "-replica-" + std::to_string(node));
      sim::Station station;
      station.name = name_of(site()) + "/" + label;
      station.deployment = compiler.deployment(site());
      station.queue_limit = kConnectionsPerNode;
      nodes_.push_back(compiler.network().add_station(station));
      handles_.stations.emplace_back(label, nodes_.back());
      if (!zone_faults_.any()) continue;
      zones_.push_back(compiler.network().add_register(station.name + "/zone",
                                                       (shard + node) % zone_faults_.zones()));
    }
  }
  handles_.headline = nodes_.front();
}

// The memory of all shards is shared by the key spaces. Where it does not hold all of them, each
// gets memory in proportion to what it would need: least recently used over all of them together
// would favour the busier one, which is not modelled.
void ElastiCacheModel::add_copies(Compiler& compiler) {
  constexpr double kGib = 1073741824.0;
  const double memory = d_.node_gib * kGib * d_.usable * d_.shards;
  double needed = 0;
  for (const std::string& key : key_spaces_) {
    const sim::KeySpaceId id = compiler.key_space(key);
    needed += (compiler.key_bytes(key) + d_.entry_overhead_bytes) *
              compiler.network().so_far().key_spaces[id.index()].count;
  }
  const double share = needed > memory ? memory / needed : 1.0;
  for (const std::string& key : key_spaces_) {
    const sim::KeySpaceId id = compiler.key_space(key);
    const sim::KeySpace& space = compiler.network().so_far().key_spaces[id.index()];
    sim::Cache cache;
    cache.name = name_of(site()) + "/" + key;
    cache.keys = id;
    cache.capacity = static_cast<std::uint32_t>(std::max(1.0, std::floor(space.count * share)));
    cache.ttl = d_.ttl;
    cache.deployment = compiler.deployment(site());
    cache.starts_empty = d_.starts_empty;
    WatchedCache watched;
    watched.most = std::min(cache.capacity, space.count);
    watched.popularity =
        std::make_shared<const Popularity>(space.count, space.per_client ? 0.0 : space.zipf);
    watched.cache = compiler.network().add_cache(cache);
    handles_.caches.push_back(watched.cache);
    copies_.push_back({key, watched});
  }
}

void ElastiCacheModel::define(Compiler& compiler) {
  for (const KeyedPlan& keyed : plans_.all()) {
    sim::PlanBuilder plan = compiler.network().define(keyed.plan);
    emit(compiler, plan, keyed);
    plan.finish();
  }
  if (d_.role) {
    define_copy(compiler);
    join_followers(compiler);
  }
  define_handles(compiler);
  define_failover(compiler);
  define_zones(compiler);
  define_creation(compiler, site(), d_.creation, handles_);
  define_scaling(compiler);
  define_meters(compiler);
}

void ElastiCacheModel::join_followers(Compiler& compiler) {
  for (const Receiver& receiver : receivers()) {
    auto* secondary = dynamic_cast<ElastiCacheModel*>(receiver.copy);
    if (secondary == nullptr) continue;
    const bool begins = role() == Role::kPrimary;  // and is not made anew
    if (begins) secondary->primary_ = this;
    for (const Copies& copies : copies_) {
      const sim::CacheId to = secondary->held(copies.key_space);
      compiler.network().cache(copies.watched.cache).followers.push_back({receiver.log, to});
      if (to.valid() && begins) compiler.network().cache(to).follows = copies.watched.cache;
    }
  }
}

void ElastiCacheModel::define_meters(Compiler& compiler) {
  here_ = compiler.deployment(site());
  for (const KeyedPlan& keyed : plans_.all()) {
    put_bytes_.push_back(puts(keyed) ? entry_bytes(compiler, keyed) : 0);
  }
  if (node_seconds_.valid()) {
    handles_.meters = {{"node-hours", [counted = node_seconds_](const MeterReadings& used) {
                          return used.counted(counted) / 3600;
                        }}};
  } else {
    const double nodes = d_.shards * (1.0 + d_.replicas);
    handles_.meters = {
        {"node-hours", [nodes](const MeterReadings& used) { return nodes * used.hours(); }}};
  }
  handles_.meters.push_back({"replicated-gb", [this](const MeterReadings& used) {
                               return primary_ == nullptr ? 0.0 : primary_->put_gib(used);
                             }});
}

double ElastiCacheModel::put_gib(const MeterReadings& used) const {
  constexpr double kGib = 1073741824.0;
  const std::vector<double> visits = used.entered_by(here_, plans_.ids());
  double bytes = 0;
  for (std::size_t i = 0; i < visits.size(); ++i) bytes += visits[i] * put_bytes_[i];
  return bytes / kGib;
}

double ElastiCacheModel::entry_bytes(Compiler& compiler, const KeyedPlan& keyed) const {
  const double value = keyed.key_space.empty() ? 0 : compiler.key_bytes(keyed.key_space);
  return value + d_.entry_overhead_bytes;
}

void ElastiCacheModel::define_scaling(Compiler& compiler) {
  if (!capacity_.current.valid()) return;
  NodeScaling scaling;
  const bool of_shards = d_.shard_scaling.has_value();
  scaling.registers = capacity_;
  node_seconds_ = compiler.network().add_register(name_of(site()) + "/node-seconds", 0);
  scaling.node_seconds = node_seconds_;
  scaling.nodes = of_shards ? 0 : d_.shards;
  scaling.nodes_of_unit = of_shards ? 1.0 + d_.replicas : d_.shards;
  scaling.unit = of_shards ? "shards" : "replicas";
  scaling.metric = of_shards ? ScalingMetric::kPrimaryEngineCpu : ScalingMetric::kReplicaEngineCpu;
  scaling.nodes_per_unit = of_shards ? 1 : d_.shards;
  scaling.takes = of_shards ? d_.shard_change : d_.replica_change;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const bool primary = i % (1 + d_.most_replicas()) == 0;
    if (primary == of_shards) scaling.watched.push_back(nodes_[i]);
  }
  define_node_scaling(compiler, site(), scaling,
                      of_shards ? *d_.shard_scaling : *d_.replica_scaling);
  handles_.metrics.push_back(
      register_metric(std::string(scaling.unit), "how many there are now", capacity_.current));
}

void ElastiCacheModel::emit(Compiler& compiler, sim::PlanBuilder& plan, const KeyedPlan& keyed) {
  plan.gate();
  if (d_.role && puts(keyed)) writes(plan);
  plan.delay(compiler.network().add_law(d_.network), "network");
  const auto end = plan.label();
  const sim::LawId command = compiler.network().add_law(d_.operations[keyed.operation].command);
  if (!capacity_.current.valid()) {
    emit_nodes(plan, shares(keyed, d_.shards, d_.replicas), 0, nodes_.size(), command, end);
  } else {
    // One way through the nodes for each number of them that there may be.
    const std::uint32_t most = d_.shard_scaling ? d_.most_shards() : d_.most_replicas();
    std::vector<sim::PlanBuilder::Label> ways;
    for (std::uint32_t count = 0; count <= most; ++count) ways.push_back(plan.label());
    plan.switch_on(capacity_.current, ways);
    for (std::uint32_t count = 0; count <= most; ++count) {
      plan.place(ways[count]);
      const std::uint32_t shards = d_.shard_scaling ? std::max(count, 1U) : d_.shards;
      const std::uint32_t replicas = d_.shard_scaling ? d_.replicas : count;
      emit_nodes(plan, shares(keyed, shards, replicas), 0, nodes_.size(), command, end);
    }
  }
  plan.place(end);
  if (!d_.role || !puts(keyed)) return;
  commits(compiler, plan, d_.operations[keyed.operation].name,
          static_cast<std::uint32_t>(entry_bytes(compiler, keyed)), held(keyed.key_space));
}

std::vector<double> ElastiCacheModel::shares(const KeyedPlan& keyed, std::uint32_t shards,
                                             std::uint32_t replicas) const {
  std::vector<double> by_shard(shards, 1.0 / shards);
  for (const Copies& copies : copies_) {
    if (copies.key_space == keyed.key_space) {
      by_shard = copies.watched.popularity->by_shard(shards);
    }
  }
  const bool spread = d_.read_replicas && d_.operations[keyed.operation].effect == Effect::kGet;
  std::vector<double> by_node;
  for (const double share : by_shard) {
    for (std::uint32_t node = 0; node <= d_.most_replicas(); ++node) {
      const double of_node = node <= replicas ? share / (1 + replicas) : 0.0;
      by_node.push_back(spread ? of_node : (node == 0 ? share : 0.0));
    }
  }
  by_node.resize(nodes_.size(), 0.0);
  return by_node;
}

void ElastiCacheModel::emit_nodes(sim::PlanBuilder& plan, const std::vector<double>& share,
                                  std::size_t first, std::size_t last, sim::LawId command,
                                  sim::PlanBuilder::Label end) {
  if (last - first == 1) {
    if (!zones_.empty()) zone_faults_.gate_of(plan, zones_[first]);
    plan.visit(nodes_[first], command, "command");
    plan.jump(end);
    return;
  }
  const std::size_t middle = first + (last - first) / 2;
  double left = 0;
  double right = 0;
  for (std::size_t i = first; i < last; ++i) (i < middle ? left : right) += share[i];
  if (left > 0 && right > 0) {
    const auto other = plan.label();
    plan.branch(right / (left + right), other,
                "node-" + std::to_string(first) + "-" + std::to_string(last));
    emit_nodes(plan, share, first, middle, command, end);
    plan.place(other);
    emit_nodes(plan, share, middle, last, command, end);
  } else if (left > 0) {
    emit_nodes(plan, share, first, middle, command, end);
  } else {
    emit_nodes(plan, share, middle, last, command, end);
  }
}

std::function<bool(sim::Control&)> ElastiCacheModel::is_writable() const {
  if (!writer().valid()) return [](sim::Control&) { return true; };
  return [writes = writer(), here = static_cast<std::int64_t>(site().region_index)](
             sim::Control& control) { return control.value(writes) == here; };
}

void ElastiCacheModel::define_handles(Compiler& compiler) {
  sim::NetworkBuilder& network = compiler.network();
  const std::string subject = name_of(site());
  std::vector<WatchedCache> caches;
  for (const Copies& copies : copies_) {
    caches.push_back(copies.watched);
    if (caches.size() > elasticache::WarmingState::kMostCaches) continue;
    caches.back().read = elasticache::warm_read(compiler, site(), copies.key_space);
  }
  const sim::RegisterId ratio = network.add_register(subject + "/hit-ratio", 0);
  const sim::RegisterId rate = network.add_register(subject + "/warming-rate", 0);
  const sim::RegisterId progress = network.add_register(subject + "/warming", 0);
  network.add_controller(std::make_shared<elasticache::HitRatioController>(subject, caches, ratio));
  network.add_controller(std::make_shared<elasticache::WarmingController>(subject, site().region,
                                                                          caches, rate, progress),
                         {progress});
  handles_.metrics.push_back(
      {"hitRatio", "%", "share of the last minute's look-ups that found their key",
       [ratio](sim::Control& control) {
         return static_cast<double>(control.value(ratio)) / elasticache::kPerMillion;
       }});
  Verb warm = progress_verb("warmCache", "puts the most popular absent keys into the cache",
                            progress, true);
  const auto writable = is_writable();
  warm.begin = [rate, progress, writable, ask = warm.begin](sim::Control& control,
                                                            const VerbArguments& arguments) {
    if (!writable(control)) {
      control.set(progress, static_cast<std::int64_t>(Progress::kFailed));
      return;
    }
    control.set(rate, std::llround(std::clamp(arguments.amount, 0.0, 1e9) * 1e3));
    ask(control, arguments);
  };
  handles_.verbs.push_back(std::move(warm));
  Verb flush;
  flush.block = "flushCache";
  flush.what = "drops all that the cache holds";
  flush.begin = [ids = handles_.caches, writable](sim::Control& control, const VerbArguments&) {
    if (!writable(control)) return;
    for (const sim::CacheId id : ids) control.flush_cache(id);
  };
  flush.status = [writable](sim::Control& control, const VerbArguments&) {
    return writable(control) ? VerbStatus::kDone : VerbStatus::kFailed;
  };
  handles_.verbs.push_back(std::move(flush));
}

// Without a replica there is nothing to fail over to: the node is replaced, and comes back empty.
void ElastiCacheModel::define_failover(Compiler& compiler) {
  sim::NetworkBuilder& network = compiler.network();
  InterruptionPolicy policy;
  policy.subject = name_of(site());
  policy.region = site().region;
  policy.word = "failover";
  policy.progress = network.add_register(name_of(site()) + "/failover", 0);
  policy.deployment = compiler.deployment(site());
  policy.effect.kind = sim::Effect::Kind::kErrors;
  policy.effect.share = 1.0 / d_.shards;
  policy.takes = network.add_law(d_.replicas > 0 ? d_.failover : d_.replacement);
  handles_.verbs.push_back(progress_verb("elasticacheFailover",
                                         "one shard's primary is lost; a replica takes over, or "
                                         "without one an empty node",
                                         policy.progress, true));
  const sim::RegisterId progress = policy.progress;
  elasticache::ContentsPolicy contents;
  contents.subject = policy.subject;
  contents.region = policy.region;
  contents.failover = progress;
  contents.flush = network.add_register(name_of(site()) + "/flush", 0);
  contents.lost = d_.replicas > 0 ? 0.0 : 1.0 / d_.shards;
  contents.caches = handles_.caches;
  std::vector<sim::RegisterId> watches = {contents.flush, progress};
  if (const auto* source = dynamic_cast<const ElastiCacheModel*>(rebuilt_from())) {
    contents.rebuilt = rebuilt();
    watches.push_back(contents.rebuilt);
    for (const Copies& copies : copies_) contents.sources.push_back(source->held(copies.key_space));
  }
  network.add_controller(std::make_shared<InterruptionController>(std::move(policy)), {progress});
  network.add_controller(std::make_shared<elasticache::ContentsController>(std::move(contents)),
                         watches);
}

void ElastiCacheModel::define_zones(Compiler& compiler) {
  if (zones_.empty()) return;
  elasticache::CacheZonePolicy policy;
  policy.subject = name_of(site());
  policy.region = site().region;
  policy.faults = zone_faults_;
  policy.nodes_per_shard = 1 + d_.most_replicas();
  policy.shards = d_.shards;
  policy.replicas = d_.replicas;
  if (d_.shard_scaling) policy.scaled_shards = capacity_.current;
  if (d_.replica_scaling && !d_.shard_scaling) policy.scaled_replicas = capacity_.current;
  policy.zone = zones_;
  policy.caches = handles_.caches;
  policy.failover = compiler.network().add_law(d_.failover);
  policy.replacement = compiler.network().add_law(d_.replacement);
  compiler.network().add_controller(
      std::make_shared<elasticache::CacheZoneController>(std::move(policy)),
      zone_faults_.watches());
}

class ElastiCacheKind final : public ServiceKind {
 public:
  [[nodiscard]] std::string_view name() const override { return "elasticache"; }
  [[nodiscard]] std::string_view summary() const override {
    return "an in-memory cache (Redis, Valkey) with shards, replicas and a hit ratio that its "
           "state "
           "decides";
  }
  [[nodiscard]] bool is_store_with_roles() const override { return true; }
  [[nodiscard]] std::vector<MeterSpec> meters() const override {
    return {{"node-hours", "h", "time of its nodes: shards, each with its replicas"},
            {"replicated-gb", "GB",
             "of a secondary cluster of a global datastore: what it received from the primary's "
             "region, values and overhead, in GiB"}};
  }
  [[nodiscard]] std::unique_ptr<DeploymentModel> read(const Platform& platform,
                                                      const DeploymentSite& site,
                                                      const io::Value& description,
                                                      io::Problems& problems) const override {
    Description d = elasticache::read_description(description, platform.region_names(), problems);
    elasticache::check_datastore(platform, site, description, problems);
    return std::make_unique<ElastiCacheModel>(site, std::move(d));
  }
};

}  // namespace

const ServiceKind& elasticache_kind() {
  static const ElastiCacheKind kind;
  return kind;
}

}  // namespace lifeboat::models
