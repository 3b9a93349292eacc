#include "models/services/dynamodb/dynamodb.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "models/platform/compiler.hpp"
#include "models/platform/keyed_plans.hpp"
#include "models/platform/meter_readings.hpp"
#include "models/platform/metrics.hpp"
#include "models/platform/platform.hpp"
#include "models/replication/store.hpp"
#include "models/services/dynamodb/description.hpp"
#include "models/services/dynamodb/heat.hpp"
#include "models/services/dynamodb/on_demand.hpp"
#include "models/services/dynamodb/scaling.hpp"
#include "models/services/dynamodb/taken_units.hpp"

namespace lifeboat::models {

namespace {

using dynamodb::Description;
using dynamodb::kPartition;
using dynamodb::Operation;
using sim::Law;

/// A replicated write that finds no units is tried again after 50 ms, doubling to 20 s, with full
/// jitter, 255 times: guess, as the SDKs do (DynamoDB Developer Guide, error handling, 2023).
constexpr std::uint32_t kReplicationAttempts = 255;
constexpr sim::Duration kReplicationBackoff = sim::Duration::milliseconds(50);

class DynamoDbModel final : public ReplicatedStore {
 public:
  DynamoDbModel(DeploymentSite site, Description description)
      : ReplicatedStore(std::move(site), description.role),
        d_(std::move(description)),
        plans_(d_.operations) {
    if (d_.read_scaling) read_units_.emplace(false, *d_.read_scaling, d_.update);
    if (d_.write_scaling) write_units_.emplace(true, *d_.write_scaling, d_.update);
  }

  [[nodiscard]] std::vector<std::string> operations() const override { return plans_.names(); }
  [[nodiscard]] bool goes_to_writer(std::string_view operation) const override {
    const bool one_writer = role() != Role::kActive;
    return one_writer &&
           std::any_of(d_.operations.begin(), d_.operations.end(),
                       [&](const auto& op) { return op.write && op.name == operation; });
  }
  void note_key(std::string_view operation, std::string_view key_space) override {
    plans_.note(operation, key_space);
  }
  [[nodiscard]] sim::PlanId plan(std::string_view operation) const override {
    return plan_for_key(operation, {});
  }
  [[nodiscard]] sim::PlanId plan_for_key(std::string_view operation,
                                         std::string_view key_space) const override {
    return plans_.find(operation, key_space);
  }
  void declare(Compiler& compiler) override;
  void define(Compiler& compiler) override;

 protected:
  [[nodiscard]] Shipping receives() const override;
  [[nodiscard]] std::optional<Opening> opening() const override;

 private:
  /// Buckets of one direction, reads (in half units) or writes.
  struct Capacity {
    sim::BucketId table;
    sim::PartitionsId partitions;
  };
  Capacity add_capacity(Compiler& compiler, const std::string& label, double of_partition,
                        double of_table);
  /// The step that takes tokens of the table and of the partition of the request's key.
  static void emit_partition(Compiler& compiler, sim::PlanBuilder& plan, const Capacity& capacity,
                             const std::string& key_space, std::uint32_t tokens);
  /// Plan of this copy for a write that another region spawns for it: a way, and units.
  sim::PlanId receive_write(Compiler& compiler, const DynamoDbModel& from, const std::string& name,
                            const std::string& key_space, std::uint32_t tokens);
  /// Copies in other regions that get this one's writes and give units for them.
  [[nodiscard]] std::vector<DynamoDbModel*> charged_receivers(Compiler& compiler) const;
  /// Copies in other regions whose writes take units of this one.
  [[nodiscard]] std::vector<DynamoDbModel*> charging_senders(Compiler& compiler) const;
  /// Makes what counts their units, before anybody asks for it.
  void count_senders(Compiler& compiler);
  [[nodiscard]] bool counts_writes() const { return !d_.provisioned || write_units_.has_value(); }
  [[nodiscard]] double bytes_of(Compiler& compiler, const KeyedPlan& keyed) const;
  void define_on_demand(Compiler& compiler);
  void define_heat(Compiler& compiler);
  /// Returns the tokens of one call.
  std::uint32_t emit(Compiler& compiler, sim::PlanBuilder& plan, const KeyedPlan& keyed);
  void define_scaling(Compiler& compiler);
  void define_meters(Compiler& compiler);
  /// Tokens that its visits took, of reads (half units) or of writes.
  [[nodiscard]] double taken(const MeterReadings& used, bool write) const;

  Description d_;
  KeyedPlans plans_;
  std::vector<std::uint32_t> tokens_;  // of one call, by plan
  sim::DeploymentId here_;
  std::vector<const DynamoDbModel*> other_writers_;  // active copies elsewhere
  Capacity reads_;
  Capacity writes_;
  std::optional<dynamodb::ScaledUnits> read_units_;   // where it scales
  std::optional<dynamodb::ScaledUnits> write_units_;  // where it scales
  dynamodb::TakenUnits read_taken_{false};            // counted where something asks for it
  dynamodb::TakenUnits write_taken_{true};
  dynamodb::TakenUnits received_{true, "/replicated"};
};

Shipping DynamoDbModel::receives() const {
  Shipping shipping;
  shipping.ordered = false;
  shipping.lag = role() == Role::kBackup ? d_.backup_copy : d_.replication_lag;
  if (role() == Role::kBackup) shipping.departures = d_.backups;
  return shipping;
}

std::optional<Opening> DynamoDbModel::opening() const {
  if (role() == Role::kBackup) {
    return Opening{"dynamodbRestoreTable", "makes a table of the backup", d_.restore, true};
  }
  // Every replica of a global table takes writes at any time: the application turns to it.
  return Opening{"dynamodbSwitchWriter", "turns the writers to this replica",
                 Law::constant(sim::Duration{}), false};
}

DynamoDbModel::Capacity DynamoDbModel::add_capacity(Compiler& compiler, const std::string& label,
                                                    double of_partition, double of_table) {
  sim::NetworkBuilder& network = compiler.network();
  const std::string name = name_of(site()) + "/" + label;
  Capacity capacity;
  capacity.table = network.add_bucket({name + "-table", of_table, of_table});
  sim::Partitions partitions;
  partitions.name = name;
  partitions.count = d_.partitions;
  partitions.per_second = of_partition;
  partitions.table = capacity.table;
  if (d_.provisioned) partitions.keeps = sim::Duration::from_seconds(dynamodb::kBurstSeconds);
  capacity.partitions = network.add_key_ranges(partitions);
  return capacity;
}

void DynamoDbModel::declare(Compiler& compiler) {
  declare_copy(compiler);
  dynamodb::Throughput set = d_.provisioned.value_or(dynamodb::Throughput{});
  if (read_units_) {
    read_units_->declare(compiler, site(), set.reads);
    set.reads = static_cast<double>(read_units_->initial(set.reads));
  }
  if (write_units_) {
    write_units_->declare(compiler, site(), set.writes);
    set.writes = static_cast<double>(write_units_->initial(set.writes));
  }
  if (!d_.provisioned) set = d_.warm;
  reads_ = add_capacity(compiler, "reads", 2 * kPartition.reads, 2 * set.reads);
  writes_ = add_capacity(compiler, "writes", kPartition.writes, set.writes);
  plans_.declare(compiler.network(), site().service, compiler.deployment(site()));
}

void DynamoDbModel::define(Compiler& compiler) {
  for (const KeyedPlan& keyed : plans_.all()) {
    sim::PlanBuilder plan = compiler.network().define(keyed.plan);
    tokens_.push_back(emit(compiler, plan, keyed));
    plan.finish();
  }
  count_senders(compiler);
  define_copy(compiler);
  define_scaling(compiler);
  define_on_demand(compiler);
  define_heat(compiler);
  define_meters(compiler);
}

// A table that is warm for all that it may grow to has nothing to grow.
void DynamoDbModel::define_on_demand(Compiler& compiler) {
  if (d_.provisioned) return;
  const auto add = [&](const dynamodb::TakenUnits& taken, sim::BucketId table, double warm,
                       double most, double of_partition, const char* metric) {
    if (warm >= most) return;
    dynamodb::OnDemandPolicy policy;
    policy.subject = name_of(site());
    policy.region = site().region;
    policy.write = taken.write();
    policy.warm = warm;
    policy.most = most;
    policy.tokens_per_unit = taken.tokens_per_unit();
    policy.of_partition = of_partition;
    policy.partitions = d_.partitions;
    policy.meters = taken.meters();
    policy.table = table;
    policy.ranges = {reads_.partitions, writes_.partitions};
    policy.capacity = compiler.network().add_register(name_of(site()) + "/" + metric,
                                                      static_cast<std::int64_t>(warm));
    handles_.metrics.push_back(
        register_metric(metric, "units a second that it takes at once now", policy.capacity));
    compiler.network().add_controller(
        std::make_shared<dynamodb::OnDemandController>(std::move(policy)));
  };
  add(read_taken_, reads_.table, d_.warm.reads, d_.most.reads, kPartition.reads,
      "onDemandReadUnits");
  add(write_taken_, writes_.table, d_.warm.writes, d_.most.writes, kPartition.writes,
      "onDemandWriteUnits");
}

void DynamoDbModel::define_heat(Compiler& compiler) {
  // Every split adds two and leaves one behind.
  handles_.metrics.push_back({"partitions", "1", "partitions that its keys are spread over now",
                              [id = writes_.partitions, first = d_.partitions](sim::Control& c) {
                                return first + (c.partitions(id) - first) / 2.0;
                              }});
  if (!d_.heat) return;
  dynamodb::HeatPolicy policy;
  policy.subject = name_of(site());
  policy.region = site().region;
  policy.ranges = {reads_.partitions, writes_.partitions};
  policy.splits = compiler.network().add_register(name_of(site()) + "/partition-splits", 0);
  policy.most = d_.heat->most;
  policy.split = compiler.network().add_law(d_.heat->split);
  handles_.metrics.push_back(
      register_metric("partitionSplits", "hot partitions that were parted in two", policy.splits));
  compiler.network().add_controller(std::make_shared<dynamodb::HeatController>(std::move(policy)));
}

void DynamoDbModel::define_scaling(Compiler& compiler) {
  const auto add = [&](std::optional<dynamodb::ScaledUnits>& units, sim::BucketId table,
                       const dynamodb::TakenUnits& taken, const char* metric, const char* what) {
    if (!units) return;
    units->define(compiler, site(), table, taken);
    handles_.metrics.push_back(register_metric(metric, what, units->registers().current));
  };
  add(read_units_, reads_.table, read_taken_, "provisionedReadCapacityUnits",
      "read units a second there now");
  add(write_units_, writes_.table, write_taken_, "provisionedWriteCapacityUnits",
      "write units a second there now");
}

// A write to a global table is billed in every active copy, its own included.
void DynamoDbModel::define_meters(Compiler& compiler) {
  here_ = compiler.deployment(site());
  for (const std::string& region : compiler.regions_of(site().service)) {
    const auto* other = dynamic_cast<const DynamoDbModel*>(compiler.model(site().service, region));
    const bool writes = other != nullptr && other != this && other->role() == Role::kActive;
    if (writes && role() == Role::kActive) other_writers_.push_back(other);
  }
  handles_.meters = {
      {"read-units", [this](const MeterReadings& used) { return taken(used, false) / 2; }},
      {"write-units",
       [this](const MeterReadings& used) {
         return other_writers_.empty() ? taken(used, true) : 0.0;
       }},
      {"replicated-write-units", [this](const MeterReadings& used) {
         double units = other_writers_.empty() ? 0.0 : taken(used, true);
         for (const DynamoDbModel* other : other_writers_) units += other->taken(used, true);
         return units;
       }}};
}

double DynamoDbModel::taken(const MeterReadings& used, bool write) const {
  const std::vector<double> visits = used.entered_by(here_, plans_.ids());
  double sum = 0;
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    if (d_.operations[plans_.all()[i].operation].write == write) sum += visits[i] * tokens_[i];
  }
  return sum;
}

double DynamoDbModel::bytes_of(Compiler& compiler, const KeyedPlan& keyed) const {
  const Operation& op = d_.operations[keyed.operation];
  if (!op.item_bytes && !keyed.key_space.empty()) return compiler.key_bytes(keyed.key_space);
  return op.item_bytes.value_or(d_.item_bytes);
}

std::uint32_t DynamoDbModel::emit(Compiler& compiler, sim::PlanBuilder& plan,
                                  const KeyedPlan& keyed) {
  const Operation& op = d_.operations[keyed.operation];
  const Capacity& capacity = op.write ? writes_ : reads_;
  const double bytes = bytes_of(compiler, keyed);
  const std::uint32_t tokens = op.tokens(bytes);
  plan.gate();
  serves(plan);
  if (op.write) writes(plan);
  emit_partition(compiler, plan, capacity, keyed.key_space, tokens);
  const bool counts = !d_.provisioned || (op.write ? write_units_ : read_units_).has_value();
  if (counts) (op.write ? write_taken_ : read_taken_).count(compiler, site(), plan, tokens);
  plan.delay(compiler.network().add_law(op.latency), "latency");
  if (op.write) {
    commits(compiler, plan, op.name, static_cast<std::uint32_t>(bytes));
    for (DynamoDbModel* copy : charged_receivers(compiler)) {
      plan.spawn(copy->receive_write(compiler, *this, op.name, keyed.key_space, tokens),
                 "copy-to-" + copy->site().region);
    }
  }
  return tokens;
}

std::vector<DynamoDbModel*> DynamoDbModel::charging_senders(Compiler& compiler) const {
  std::vector<DynamoDbModel*> senders;
  if (!d_.replicated_writes_take_units) return senders;
  for (const std::string& region : compiler.regions_of(site().service)) {
    auto* other = dynamic_cast<DynamoDbModel*>(compiler.model(site().service, region));
    if (other == nullptr || other == this) continue;
    const bool active = role() == Role::kActive && other->role() == Role::kActive;
    const bool follows = role() == Role::kReplica && other->role() == Role::kPrimary;
    if (active || follows) senders.push_back(other);
  }
  return senders;
}

std::vector<DynamoDbModel*> DynamoDbModel::charged_receivers(Compiler& compiler) const {
  std::vector<DynamoDbModel*> receivers;
  for (const std::string& region : compiler.regions_of(site().service)) {
    auto* other = dynamic_cast<DynamoDbModel*>(compiler.model(site().service, region));
    if (other == nullptr) continue;
    const auto senders = other->charging_senders(compiler);
    if (std::find(senders.begin(), senders.end(), this) != senders.end()) {
      receivers.push_back(other);
    }
  }
  return receivers;
}

// The senders' plans are written when it is their turn, which may be after this copy's.
void DynamoDbModel::count_senders(Compiler& compiler) {
  if (!counts_writes()) return;
  for (const DynamoDbModel* sender : charging_senders(compiler)) {
    for (const KeyedPlan& keyed : sender->plans_.all()) {
      const Operation& op = sender->d_.operations[keyed.operation];
      if (!op.write) continue;
      (void)write_taken_.station(compiler, site(), op.tokens(sender->bytes_of(compiler, keyed)));
    }
  }
}

// Not through the gate, which counts what callers ask. A write that finds no units is tried again,
// with the callers' own chances; the stream by which losses are counted is not held up by it.
sim::PlanId DynamoDbModel::receive_write(Compiler& compiler, const DynamoDbModel& from,
                                         const std::string& name, const std::string& key_space,
                                         std::uint32_t tokens) {
  sim::NetworkBuilder& network = compiler.network();
  const sim::DeploymentId here = compiler.deployment(site());
  const std::string luck = site().service + "." + name + "/copy-to-" + site().region;
  const sim::PlanId take = network.declare_plan(luck + "/units", here);
  sim::PlanBuilder units = network.define(take);
  emit_partition(compiler, units, writes_, key_space, tokens);
  received_.count(compiler, site(), units, tokens);
  if (counts_writes()) write_taken_.count(compiler, site(), units, tokens);
  units.finish();
  sim::CallPolicy again;
  again.max_attempts = kReplicationAttempts;
  again.backoff_base = kReplicationBackoff;
  again.retry_on = 1U << static_cast<unsigned>(sim::Cause::kThrottled);
  const sim::PlanId receive = network.declare_plan(luck, here);
  sim::PlanBuilder plan = network.define(receive);
  plan.delay(compiler.link_one_way(from.site().region, site().region), "link");
  plan.delay(network.add_law(d_.replication_lag), "lag");
  plan.call(take, again, "units");
  plan.finish();
  return receive;
}

void DynamoDbModel::emit_partition(Compiler& compiler, sim::PlanBuilder& plan,
                                   const Capacity& capacity, const std::string& key_space,
                                   std::uint32_t tokens) {
  const sim::KeySpaceId keys =
      key_space.empty() ? sim::KeySpaceId{} : compiler.key_space(key_space);
  plan.key_range(capacity.partitions, keys, tokens);
}

class DynamoDbKind final : public ServiceKind {
 public:
  [[nodiscard]] std::string_view name() const override { return "dynamodb"; }
  [[nodiscard]] bool is_store() const override { return true; }
  [[nodiscard]] std::string_view summary() const override {
    return "a key-value table of partitions with throughput limits, and global tables";
  }
  [[nodiscard]] std::vector<MeterSpec> meters() const override {
    return {{"read-units", "read-units",
             "read request units: visits times the units of an item, split between operations as "
             "the plans' rates say"},
            {"write-units", "write-units", "write request units of a table with one writer"},
            {"replicated-write-units", "write-units",
             "of a global table: the writes to this copy and those it receives from other active "
             "copies"}};
  }
  [[nodiscard]] std::unique_ptr<DeploymentModel> read(const Platform& platform,
                                                      const DeploymentSite& site,
                                                      const io::Value& description,
                                                      io::Problems& problems) const override {
    Description d = dynamodb::read_description(description, platform.region_names(), problems);
    check_store_roles(platform, site, description, Role::kActive, problems);
    return std::make_unique<DynamoDbModel>(site, std::move(d));
  }
};

}  // namespace

const ServiceKind& dynamodb_kind() {
  static const DynamoDbKind kind;
  return kind;
}

}  // namespace lifeboat::models
