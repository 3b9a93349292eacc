#include "models/services/rds/rds.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "models/io/units.hpp"
#include "models/platform/compiler.hpp"
#include "models/platform/meter_readings.hpp"
#include "models/platform/platform.hpp"
#include "models/replication/interruption.hpp"
#include "models/replication/store.hpp"
#include "models/services/rds/description.hpp"

namespace lifeboat::models {

namespace {

using rds::Description;
using rds::Operation;
using sim::Law;

/// The time of `count` independent draws of `one`, one after another: its mean and variance are
/// exact, its shape that of a lognormal.
Law in_a_row(const Law& one, std::uint32_t count) {
  if (count == 1) return one;
  const sim::Duration mean = sim::Duration::from_seconds(one.mean_seconds() * count);
  const double cv = std::sqrt(one.squared_cv() / count);
  return cv > 0 && std::isfinite(cv) ? Law::lognormal(mean, cv) : Law::constant(mean);
}

class RdsModel final : public ReplicatedStore {
 public:
  RdsModel(DeploymentSite site, Description description)
      : ReplicatedStore(std::move(site), description.role), d_(std::move(description)) {}

  [[nodiscard]] std::vector<std::string> operations() const override {
    std::vector<std::string> names;
    for (const Operation& op : d_.operations) names.push_back(op.name);
    return names;
  }
  [[nodiscard]] bool goes_to_writer(std::string_view operation) const override {
    const Operation* op = find(operation);
    return op != nullptr && op->write;
  }
  [[nodiscard]] sim::PlanId plan(std::string_view operation) const override {
    const Operation* op = find(operation);
    if (op == nullptr || plans_.empty()) return {};
    return plans_[static_cast<std::size_t>(op - d_.operations.data())];
  }
  void declare(Compiler& compiler) override;
  void define(Compiler& compiler) override;

 protected:
  [[nodiscard]] Shipping receives() const override;
  [[nodiscard]] std::optional<Opening> opening() const override;

 private:
  /// One database server: the writer's, or that of a read replica in the region.
  struct Node {
    sim::StationId connections;
    sim::StationId cpu;
    sim::BucketId io;
    sim::BucketId io_ceiling;  // invalid where the volume does not burst
  };
  [[nodiscard]] const Operation* find(std::string_view name) const;
  Node add_node(Compiler& compiler, const std::string& label);
  void emit(Compiler& compiler, sim::PlanBuilder& plan, const Operation& op);
  void emit_work(Compiler& compiler, sim::PlanBuilder& plan, const Node& node, const Operation& op);
  void define_failover(Compiler& compiler);
  void define_handles();
  void define_meters();

  Description d_;
  std::vector<Node> nodes_;  // the first takes writes
  std::vector<sim::PlanId> plans_;
};

const Operation* RdsModel::find(std::string_view name) const {
  const auto at = std::find_if(d_.operations.begin(), d_.operations.end(),
                               [&](const Operation& op) { return op.name == name; });
  return at == d_.operations.end() ? nullptr : &*at;
}

Shipping RdsModel::receives() const {
  Shipping shipping;
  shipping.ordered = true;
  shipping.lag = role() == Role::kBackup ? d_.log_copy : Law::constant(sim::Duration{});
  shipping.apply_per_second = role() == Role::kBackup ? 0 : d_.apply_per_second;
  return shipping;
}

std::optional<Opening> RdsModel::opening() const {
  if (role() == Role::kBackup) {
    return Opening{"rdsRestoreDbInstance", "makes a database of the backup; it then takes writes",
                   d_.restore, true};
  }
  return Opening{"rdsPromoteReadReplica",
                 "replays what the replica has received and opens it for writes", d_.promotion,
                 true};
}

void RdsModel::declare(Compiler& compiler) {
  declare_copy(compiler);
  nodes_.push_back(add_node(compiler, ""));
  for (std::uint32_t i = 1; i <= d_.read_replicas; ++i) {
    nodes_.push_back(add_node(compiler, "replica-" + std::to_string(i) + "/"));
  }
  for (const Operation& op : d_.operations) {
    plans_.push_back(compiler.network().declare_plan(site().service + "." + op.name,
                                                     compiler.deployment(site())));
  }
}

RdsModel::Node RdsModel::add_node(Compiler& compiler, const std::string& label) {
  sim::NetworkBuilder& network = compiler.network();
  const std::string name = name_of(site()) + "/" + label;
  Node node;
  sim::Station connections;
  connections.name = name + "connections";
  connections.kind = sim::StationKind::kHold;
  connections.deployment = compiler.deployment(site());
  connections.servers = d_.max_connections;
  connections.queue_limit = 0;  // "too many connections"
  node.connections = network.add_station(connections);
  sim::Station cpu;
  cpu.name = name + "cpu";
  cpu.kind = sim::StationKind::kShared;
  cpu.deployment = compiler.deployment(site());
  cpu.capacity_milli = 1000 * d_.instance.vcpus;
  cpu.servers = d_.instance.vcpus;
  node.cpu = network.add_station(cpu);
  // A request takes all its IOs at once, so the bucket holds at least as many as any needs.
  double most = 1;
  for (const Operation& op : d_.operations) most = std::max(most, static_cast<double>(op.ios));
  node.io = network.add_bucket({name + "io", d_.iops, std::max(d_.io_burst, most)});
  if (d_.ceiling_iops) {
    node.io_ceiling = network.add_bucket(
        {name + "io-ceiling", *d_.ceiling_iops, std::max(*d_.ceiling_iops / 10, most)});
  }
  return node;
}

void RdsModel::define(Compiler& compiler) {
  for (std::size_t i = 0; i < plans_.size(); ++i) {
    sim::PlanBuilder plan = compiler.network().define(plans_[i]);
    emit(compiler, plan, d_.operations[i]);
    plan.finish();
  }
  define_copy(compiler);
  define_failover(compiler);
  define_handles();
  define_meters();
}

// A backup is kept as snapshots: no instance runs. Read replicas are single instances.
void RdsModel::define_meters() {
  const bool runs = role() != Role::kBackup;
  const double pairs = runs && d_.multi_az ? 1 : 0;
  const double singles = runs ? 1 - pairs + d_.read_replicas : 0;
  const auto hours = [](double count) {
    return [count](const MeterReadings& used) { return count * used.hours(); };
  };
  const double gb_months = d_.storage_gib / io::kHoursPerMonth;
  handles_.meters = {{"multi-az-instance-hours", hours(pairs)},
                     {"instance-hours", hours(singles)},
                     {"multi-az-storage-gb-months", hours(pairs * gb_months)},
                     {"storage-gb-months", hours(singles * gb_months)}};
}

void RdsModel::emit(Compiler& compiler, sim::PlanBuilder& plan, const Operation& op) {
  plan.gate();
  serves(plan);
  if (op.write) {
    writes(plan);
    emit_work(compiler, plan, nodes_.front(), op);
    return;
  }
  if (nodes_.size() == 1) {
    emit_work(compiler, plan, nodes_.front(), op);
    return;
  }
  // Reads are spread over the read replicas as the reader addresses are, at random.
  const auto end = plan.label();
  for (std::size_t i = 1; i < nodes_.size(); ++i) {
    const std::size_t left = nodes_.size() - i;
    const auto other = plan.label();
    if (left > 1) {
      plan.branch(1.0 - 1.0 / static_cast<double>(left), other, "reader-" + std::to_string(i));
    }
    emit_work(compiler, plan, nodes_[i], op);
    plan.jump(end);
    plan.place(other);
  }
  plan.place(end);
}

void RdsModel::emit_work(Compiler& compiler, sim::PlanBuilder& plan, const Node& node,
                         const Operation& op) {
  sim::NetworkBuilder& network = compiler.network();
  plan.acquire(node.connections);
  plan.compute(node.cpu, network.add_law(op.cpu_time), "cpu");
  if (op.ios > 0) {
    plan.pace(node.io, op.ios);
    if (node.io_ceiling.valid()) plan.pace(node.io_ceiling, op.ios);
    plan.delay(network.add_law(in_a_row(d_.io_latency, op.ios)), "io");
  }
  if (op.write) {
    if (d_.multi_az) plan.delay(network.add_law(d_.standby_commit), "standby");
    commits(compiler, plan, op.name, op.log_bytes);
  }
  plan.release(node.connections);
}

void RdsModel::define_failover(Compiler& compiler) {
  if (!d_.multi_az || role() == Role::kBackup) return;
  sim::NetworkBuilder& network = compiler.network();
  InterruptionPolicy policy;
  policy.subject = name_of(site());
  policy.region = site().region;
  policy.word = "failover";
  policy.progress = network.add_register(name_of(site()) + "/failover", 0);
  policy.deployment = compiler.deployment(site());
  policy.takes = network.add_law(d_.failover);
  handles_.verbs.push_back(progress_verb(
      "rdsFailover", "moves the database to its standby in another zone", policy.progress, true));
  const sim::RegisterId progress = policy.progress;
  network.add_controller(std::make_shared<InterruptionController>(std::move(policy)), {progress});
}

void RdsModel::define_handles() {
  const Node& node = nodes_.front();
  handles_.headline = node.cpu;
  handles_.stations.emplace_back("cpu", node.cpu);
  handles_.stations.emplace_back("connections", node.connections);
  for (std::size_t i = 1; i < nodes_.size(); ++i) {
    const std::string label = "replica-" + std::to_string(i);
    handles_.stations.emplace_back(label + "-cpu", nodes_[i].cpu);
    handles_.stations.emplace_back(label + "-connections", nodes_[i].connections);
  }
  handles_.metrics.push_back({"databaseConnections", "1", "connections in use now",
                              [id = node.connections](sim::Control& control) {
                                return static_cast<double>(control.station(id).in_service);
                              }});
}

class RdsKind final : public ServiceKind {
 public:
  [[nodiscard]] std::string_view name() const override { return "rds"; }
  [[nodiscard]] std::string_view summary() const override {
    return "a relational database (PostgreSQL, MySQL) with connections, vCPUs, IOPS, a Multi-AZ "
           "standby and replicas in other regions";
  }
  [[nodiscard]] std::vector<MeterSpec> meters() const override {
    return {{"multi-az-instance-hours", "h", "time of an instance with its standby"},
            {"instance-hours", "h",
             "time of single instances: read replicas, and an instance "
             "without a standby"},
            {"multi-az-storage-gb-months", "GB-month",
             "allocated storage of an instance with "
             "its standby, in GiB"},
            {"storage-gb-months", "GB-month", "allocated storage of single instances, in GiB"}};
  }
  [[nodiscard]] std::unique_ptr<DeploymentModel> read(const Platform& platform,
                                                      const DeploymentSite& site,
                                                      const io::Value& description,
                                                      io::Problems& problems) const override {
    Description d = rds::read_description(description, platform.region_names(), problems);
    check_store_roles(platform, site, description, Role::kPrimary, problems);
    return std::make_unique<RdsModel>(site, std::move(d));
  }
};

}  // namespace

const ServiceKind& rds_kind() {
  static const RdsKind kind;
  return kind;
}

}  // namespace lifeboat::models
