#include "models/services/msk/msk.hpp"

#include <algorithm>
#include <utility>

#include "models/io/units.hpp"
#include "models/platform/compiler.hpp"
#include "models/platform/keyed_plans.hpp"
#include "models/platform/meter_readings.hpp"
#include "models/platform/platform.hpp"
#include "models/replication/opening.hpp"
#include "models/replication/store.hpp"
#include "models/services/msk/cluster.hpp"
#include "models/services/msk/description.hpp"
#include "models/services/msk/groups.hpp"
#include "models/services/msk/hashing.hpp"

namespace lifeboat::models {

namespace {

using msk::Acks;
using msk::ConsumerGroup;
using msk::Description;
using msk::Operation;
using sim::Duration;
using sim::Law;

constexpr double kGib = 1024.0 * 1024 * 1024;
// Kafka's retry.backoff.ms and retry.backoff.max.ms; a wait is uniform between nothing and its
// ceiling here, 0.5 s on average at the cap.
constexpr Duration kFirstBackoff = Duration::milliseconds(100);
constexpr Duration kMostBackoff = Duration::seconds(1);
constexpr std::uint32_t kFirstAttempts = 5;  // that wait less than the cap

class MskModel final : public ReplicatedStore {
 public:
  MskModel(DeploymentSite site, Description description)
      : ReplicatedStore(std::move(site), description.role),
        d_(std::move(description)),
        produce_(d_.operations) {}

  [[nodiscard]] std::vector<std::string> operations() const override { return produce_.names(); }
  [[nodiscard]] std::vector<OperationCalls> calls() const override {
    std::vector<OperationCalls> made;
    for (const Operation& op : d_.operations) {
      OperationCalls of{op.name, {}};
      for (const ConsumerGroup& group : d_.groups) {
        of.calls.push_back(&group.call);
        if (group.mapping && group.mapping->on_failure) {
          of.calls.push_back(&*group.mapping->on_failure);
        }
      }
      made.push_back(std::move(of));
    }
    return made;
  }
  [[nodiscard]] bool goes_to_writer(std::string_view operation) const override {
    return role() != Role::kActive &&
           std::any_of(d_.operations.begin(), d_.operations.end(),
                       [&](const Operation& op) { return op.name == operation; });
  }
  void note_key(std::string_view operation, std::string_view key_space) override {
    produce_.note(operation, key_space);
  }
  [[nodiscard]] sim::PlanId plan(std::string_view operation) const override {
    return plan_for_key(operation, {});
  }
  [[nodiscard]] sim::PlanId plan_for_key(std::string_view operation,
                                         std::string_view key_space) const override {
    return produce_.find(operation, key_space);
  }
  void declare(Compiler& compiler) override;
  void define(Compiler& compiler) override;

 protected:
  [[nodiscard]] Shipping receives() const override {
    Shipping shipping;
    shipping.ordered = false;
    shipping.lag = d_.replication_lag;
    return shipping;
  }
  [[nodiscard]] std::optional<Opening> opening() const override {
    return Opening{"mskSwitchWriter", "turns the producers to this cluster",
                   Law::constant(Duration{}), false};
  }
  [[nodiscard]] std::optional<Rebuilding> rebuilding() const override {
    if (!d_.failback) return std::nullopt;
    return Rebuilding{.block = "mskCreateReplicator", .takes = *d_.failback};
  }

 private:
  struct DeliveryPlans {
    sim::PlanId deliver;  // attempts for one partition
    sim::PlanId attempt;  // one of them, at the cluster
  };
  [[nodiscard]] const DeliveryPlans& delivery(std::size_t operation, std::uint32_t p) const {
    return deliveries_[operation * d_.partitions + p];
  }
  void define_produce(Compiler& compiler, const KeyedPlan& produce) const;
  void define_deliver(Compiler& compiler, sim::PlanId deliver, sim::PlanId attempt) const;
  void define_attempt(Compiler& compiler, std::size_t operation, std::uint32_t p) const;
  void define_handles();
  void define_meters(Compiler& compiler);
  [[nodiscard]] double taken_gib(const MeterReadings& used) const;

  Description d_;
  msk::Cluster cluster_;
  KeyedPlans produce_;  // the producers': each picks a partition, and waits within its patience
  std::vector<DeliveryPlans> deliveries_;  // by operation and partition
  std::vector<sim::StationId> records_;    // by operation: entered by each record taken
  msk::Groups groups_;
  std::vector<const MskModel*> sources_;  // clusters that ship to this one
};

void MskModel::declare(Compiler& compiler) {
  declare_copy(compiler);
  cluster_.declare(compiler, site(), d_);
  sim::NetworkBuilder& network = compiler.network();
  const sim::DeploymentId here = compiler.deployment(site());
  for (std::size_t i = 0; i < d_.operations.size(); ++i) {
    sim::Station records;
    records.name = name_of(site()) + "/" + d_.operations[i].name + "/records";
    records.kind = sim::StationKind::kHold;
    records.deployment = here;
    records.servers = 1'000'000;
    records_.push_back(network.add_station(records));
  }
  produce_.declare(network, site().service, here);
  for (const Operation& op : d_.operations) {
    const std::string name = site().service + "." + op.name;
    for (std::uint32_t p = 0; p < d_.partitions; ++p) {
      deliveries_.push_back({network.declare_plan(name + "/deliver", here),
                             network.declare_plan(name + "/attempt", here)});
    }
  }
  groups_.declare(compiler, site(), d_);
}

void MskModel::define(Compiler& compiler) {
  cluster_.define(compiler, d_);
  for (const KeyedPlan& produce : produce_.all()) define_produce(compiler, produce);
  for (std::size_t o = 0; o < d_.operations.size(); ++o) {
    for (std::uint32_t p = 0; p < d_.partitions; ++p) {
      define_deliver(compiler, delivery(o, p).deliver, delivery(o, p).attempt);
      define_attempt(compiler, o, p);
    }
  }
  define_copy(compiler);
  cluster_.define_leaders(compiler, site(), d_);
  groups_.define(compiler, site(), d_, cluster_.leaders());
  define_handles();
  define_meters(compiler);
  define_creation(compiler, site(), d_.creation, handles_);
}

// A record keeps its partition over all attempts. With acks=0 the producer is gone before its
// record arrives; else it waits until its delivery timeout has passed.
void MskModel::define_produce(Compiler& compiler, const KeyedPlan& produce) const {
  sim::NetworkBuilder& network = compiler.network();
  std::vector<double> shares(d_.partitions, 1.0 / d_.partitions);
  if (!produce.key_space.empty()) {
    const sim::KeySpaceId keys = compiler.key_space(produce.key_space);
    shares = msk::partition_shares(network.so_far().key_spaces[keys.index()], d_.partitions);
  }
  sim::PlanBuilder plan = network.define(produce.plan);
  std::vector<sim::PlanBuilder::Label> partitions;
  for (std::uint32_t p = 0; p < d_.partitions; ++p) partitions.push_back(plan.label());
  const auto end = plan.label();
  msk::jump_by_shares(plan, shares, partitions);
  sim::CallPolicy patience;
  patience.timeout = d_.delivery_timeout;
  for (std::uint32_t p = 0; p < d_.partitions; ++p) {
    plan.place(partitions[p]);
    if (d_.operations[produce.operation].acks == Acks::kNone) {
      plan.spawn(delivery(produce.operation, p).attempt, "attempt");
    } else {
      plan.call(delivery(produce.operation, p).deliver, patience, "deliver");
    }
    plan.jump(end);
  }
  plan.place(end);
  plan.finish();
}

void MskModel::define_deliver(Compiler& compiler, sim::PlanId deliver, sim::PlanId attempt) const {
  sim::PlanBuilder plan = compiler.network().define(deliver);
  sim::CallPolicy policy;
  policy.timeout = d_.request_timeout;
  policy.backoff_base = kFirstBackoff;
  policy.backoff_cap = kMostBackoff;
  policy.retry_on = retried_causes();
  // As many attempts as fit into the delivery timeout where each is refused at once: those behind a
  // producer that has given up end as well.
  policy.max_attempts =
      kFirstAttempts + static_cast<std::uint32_t>(2 * d_.delivery_timeout.to_seconds());
  // A producer whose attempts are used up has waited for as long as it would: for it that is the
  // delivery timeout, whatever the last attempt failed of.
  const auto given_up = plan.label();
  const auto end = plan.label();
  plan.call(attempt, policy, "attempt", given_up);
  plan.jump(end);
  plan.place(given_up);
  plan.fail(sim::Cause::kTimeout);
  plan.place(end);
  plan.finish();
}

void MskModel::define_attempt(Compiler& compiler, std::size_t operation, std::uint32_t p) const {
  const Operation& op = d_.operations[operation];
  sim::PlanBuilder plan = compiler.network().define(delivery(operation, p).attempt);
  plan.gate();
  writes(plan);
  const auto refused = plan.label();
  const auto appended = plan.label();
  const auto end = plan.label();
  std::vector<sim::PlanBuilder::Label> copies;
  for (std::uint32_t c = 0; c < d_.replication_factor; ++c) copies.push_back(plan.label());
  if (op.acks == Acks::kAll) plan.switch_on(cluster_.writable()[p], {refused});
  plan.switch_on(cluster_.leaders()[p], copies);
  plan.jump(refused);
  for (std::uint32_t c = 0; c < d_.replication_factor; ++c) {
    plan.place(copies[c]);
    plan.call(cluster_.append(operation, p, c), {}, "append");
    plan.jump(appended);
  }
  plan.place(appended);
  groups_.put(plan, p);
  plan.acquire(records_[operation]);
  plan.release(records_[operation]);
  commits(compiler, plan, op.name, static_cast<std::uint32_t>(op.bytes));
  plan.jump(end);
  plan.place(refused);
  plan.fail(sim::Cause::kDependency);
  plan.place(end);
  plan.finish();
}

void MskModel::define_handles() {
  handles_.headline = cluster_.brokers().front();
  for (std::size_t i = 0; i < cluster_.brokers().size(); ++i) {
    handles_.stations.emplace_back("broker-" + std::to_string(i + 1), cluster_.brokers()[i]);
  }
  handles_.metrics.push_back({"inSyncBrokers", "1", "brokers whose copies are in sync",
                              [in_sync = cluster_.in_sync()](sim::Control& control) {
                                double count = 0;
                                for (const auto each : in_sync) {
                                  count += control.value(each) != 0 ? 1 : 0;
                                }
                                return count;
                              }});
  handles_.verbs.push_back(progress_verb("mskRebootBroker",
                                         "restarts a broker in order, the next one each time",
                                         cluster_.restart(), true));
  groups_.add_handles(handles_);
}

double MskModel::taken_gib(const MeterReadings& used) const {
  double bytes = 0;
  for (std::size_t i = 0; i < records_.size(); ++i) {
    bytes += used.completions(records_[i]) * d_.operations[i].bytes;
  }
  return bytes / kGib;
}

void MskModel::define_meters(Compiler& compiler) {
  for (const std::string& region : compiler.regions_of(site().service)) {
    const auto* other = dynamic_cast<const MskModel*>(compiler.model(site().service, region));
    if (other == nullptr || other == this) continue;
    const bool ships = other->role() == Role::kActive ||
                       (other->role() == Role::kPrimary && role() == Role::kReplica);
    if (ships) sources_.push_back(other);
  }
  const double gb_months = d_.brokers * d_.volume_gib / io::kHoursPerMonth;
  const auto hours = [](double count) {
    return [count](const MeterReadings& used) { return count * used.hours(); };
  };
  handles_.meters = {{"broker-hours", hours(d_.brokers)},
                     {"storage-gb-months", hours(gb_months)},
                     {"taken-gb", [this](const MeterReadings& used) { return taken_gib(used); }},
                     {"replicator-hours", hours(static_cast<double>(sources_.size()))},
                     {"replicated-gb", [this](const MeterReadings& used) {
                        double gib = 0;
                        for (const MskModel* source : sources_) gib += source->taken_gib(used);
                        return gib;
                      }}};
}

class MskKind final : public ServiceKind {
 public:
  [[nodiscard]] std::string_view name() const override { return "msk"; }
  [[nodiscard]] bool is_store() const override { return true; }
  [[nodiscard]] std::string_view summary() const override {
    return "a Kafka cluster: partitions with leaders on brokers, replicas in sync, consumer groups";
  }
  [[nodiscard]] std::vector<MeterSpec> meters() const override {
    return {{"broker-hours", "h", "time of the brokers, those that a fault took included"},
            {"storage-gb-months", "GB-month", "volumes of the brokers, in GiB, as the file says"},
            {"taken-gb", "GB", "records taken from producers, in GiB (express brokers bill it)"},
            {"replicator-hours", "h", "time of the replicators that fill this cluster"},
            {"replicated-gb", "GB", "what they brought, in GiB"}};
  }
  [[nodiscard]] std::unique_ptr<DeploymentModel> read(const Platform& platform,
                                                      const DeploymentSite& site,
                                                      const io::Value& description,
                                                      io::Problems& problems) const override {
    Description d = msk::read_description(platform, description, platform.region_names(),
                                          site.zones.size(), problems);
    check_store_roles(platform, site, description, Role::kPrimary, problems);
    return std::make_unique<MskModel>(site, std::move(d));
  }
};

}  // namespace

const ServiceKind& msk_kind() {
  static const MskKind kind;
  return kind;
}

}  // namespace lifeboat::models
