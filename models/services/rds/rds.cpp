#include "models/services/rds/rds.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "models/io/units.hpp"
#include "models/platform/compiler.hpp"
#include "models/platform/meter_readings.hpp"
#include "models/platform/platform.hpp"
#include "models/replication/interruption.hpp"
#include "models/replication/store.hpp"
#include "models/services/rds/buffer_cache.hpp"
#include "models/services/rds/connections.hpp"
#include "models/services/rds/description.hpp"
#include "models/services/rds/read_replicas.hpp"
#include "models/services/rds/server.hpp"
#include "models/services/rds/zones.hpp"

namespace lifeboat::models {

namespace {

using rds::Description;
using rds::Operation;
using rds::Server;
using sim::Law;

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
  [[nodiscard]] std::optional<Rebuilding> rebuilding() const override;

 private:
  [[nodiscard]] const Operation* find(std::string_view name) const;
  [[nodiscard]] bool fails_over() const {
    return (d_.multi_az || d_.cluster) && role() != Role::kBackup;
  }
  /// Declares a plan for each operation, of work on one server.
  std::vector<sim::PlanId> declare_plans(Compiler& compiler, sim::DeploymentId at);
  void declare_parts(Compiler& compiler);
  void emit(Compiler& compiler, sim::PlanBuilder& plan, std::size_t operation);
  void emit_work(Compiler& compiler, sim::PlanBuilder& plan, std::size_t server,
                 const Operation& op);
  void load_pages(Compiler& compiler, sim::PlanBuilder& plan, const Server& on, std::uint32_t pages,
                  std::uint32_t kib, std::string_view name) const;
  void define_failover(Compiler& compiler);
  void define_zones(Compiler& compiler) const;
  void define_buffer_cache(Compiler& compiler);
  void define_pools(Compiler& compiler);
  void define_handles();
  void define_meters();

  Description d_;
  std::vector<Server> servers_;  // the first takes writes, the others are the read replicas
  std::vector<sim::PlanId> plans_;
  // Where there are read replicas, each server is a part of the service: a failover or a fault
  // hits it alone, with what is inside. Plans by server and operation.
  rds::ReadReplicas replicas_;
  rds::Zones zones_;
  sim::DeploymentId writer_part_;
  std::vector<std::vector<sim::PlanId>> parts_plans_;
  sim::DeploymentId pools_part_;  // refuses what finds no connection; invalid: no caller's pool
  sim::RegisterId connections_;   // open ones, of callers' pools
  sim::RegisterId cold_;          // invalid: the buffer cache is always warm
  sim::RegisterId unloaded_;      // invalid: a restored volume is filled before it serves
  sim::RegisterId failover_;      // Progress
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
  if (role() == Role::kBackup) shipping.departures = d_.backups;
  return shipping;
}

std::optional<Opening> RdsModel::opening() const {
  if (role() == Role::kBackup) {
    return Opening{"rdsRestoreDBInstanceFromDBSnapshot",
                   "makes a database of the backup; it then takes writes", d_.restore, true};
  }
  return Opening{"rdsPromoteReadReplica",
                 "replays what the replica has received and opens it for writes", d_.promotion,
                 true};
}

std::optional<Rebuilding> RdsModel::rebuilding() const {
  if (!d_.failback) return std::nullopt;
  return Rebuilding{.block = "rdsCreateDBInstanceReadReplica",
                    .takes = d_.failback->copy,
                    .reconciliation = d_.failback->reconciliation};
}

void RdsModel::declare(Compiler& compiler) {
  declare_copy(compiler);
  replicas_.declare(compiler, site(), d_);
  declare_parts(compiler);
  zones_.declare(compiler, site(), d_);
  plans_ = declare_plans(compiler, compiler.deployment(site()));
  sim::NetworkBuilder& network = compiler.network();
  if (fails_over()) failover_ = network.add_register(name_of(site()) + "/failover", 0);
  // The standbys of a cluster serve reads, and are warm.
  if (((fails_over() && !d_.cluster) || follows()) && d_.cold_ios > 0) {
    cold_ = network.add_register(name_of(site()) + "/buffer-cache/cold-tenths", 0);
  }
  if (role() == Role::kBackup && d_.loading) {
    unloaded_ = network.add_register(name_of(site()) + "/volume/unloaded-tenths", 0);
  }
}

void RdsModel::declare_parts(Compiler& compiler) {
  const sim::DeploymentId whole = compiler.deployment(site());
  if (replicas_.count() == 0) {
    servers_.push_back(rds::add_server(compiler, site(), "", whole, d_));
    return;
  }
  const bool dependency = compiler.network().so_far().deployments[whole.index()].dependency;
  writer_part_ = compiler.network().add_deployment(
      site().service, sim::RegionId(site().region_index), dependency, "writer");
  servers_.push_back(rds::add_server(compiler, site(), "", writer_part_, d_));
  parts_plans_.push_back(declare_plans(compiler, writer_part_));
  for (std::size_t i = 0; i < replicas_.count(); ++i) {
    const std::string label = "replica-" + std::to_string(i + 1) + "/";
    servers_.push_back(rds::add_server(compiler, site(), label, replicas_.part(i), d_));
    parts_plans_.push_back(declare_plans(compiler, replicas_.part(i)));
  }
}

std::vector<sim::PlanId> RdsModel::declare_plans(Compiler& compiler, sim::DeploymentId at) {
  std::vector<sim::PlanId> plans;
  for (const Operation& op : d_.operations) {
    plans.push_back(compiler.network().declare_plan(site().service + "." + op.name, at));
  }
  return plans;
}

void RdsModel::define(Compiler& compiler) {
  define_pools(compiler);
  for (std::size_t i = 0; i < plans_.size(); ++i) {
    sim::PlanBuilder plan = compiler.network().define(plans_[i]);
    emit(compiler, plan, i);
    plan.finish();
    for (std::size_t server = 0; server < parts_plans_.size(); ++server) {
      sim::PlanBuilder part = compiler.network().define(parts_plans_[server][i]);
      part.gate();
      emit_work(compiler, part, server, d_.operations[i]);
      part.finish();
    }
  }
  define_copy(compiler);
  define_failover(compiler);
  define_zones(compiler);
  define_buffer_cache(compiler);
  replicas_.define(compiler, site(), d_, handles_);
  define_handles();
  define_meters();
}

// A backup is kept as snapshots: no instance runs. Read replicas are single instances, and a
// Multi-AZ DB cluster is priced as an instance with its standby and a single one.
void RdsModel::define_meters() {
  const bool runs = role() != Role::kBackup;
  const double pairs = runs && (d_.multi_az || d_.cluster) ? 1 : 0;
  const double singles = runs ? 1 - pairs + d_.read_replicas + (d_.cluster ? 1 : 0) : 0;
  const auto hours = [](double count) {
    return [count](const MeterReadings& used) { return count * used.hours(); };
  };
  const double gb_months = d_.storage_gib / io::kHoursPerMonth;
  handles_.meters = {{"multi-az-instance-hours", hours(pairs)},
                     {"instance-hours", hours(singles)},
                     {"multi-az-storage-gb-months", hours(pairs * gb_months)},
                     {"storage-gb-months", hours(singles * gb_months)}};
}

void RdsModel::emit(Compiler& compiler, sim::PlanBuilder& plan, std::size_t operation) {
  const Operation& op = d_.operations[operation];
  plan.gate();
  serves(plan);
  if (pools_part_.valid()) plan.gate_of(pools_part_, "connection");
  if (op.write) writes(plan);
  if (parts_plans_.empty()) {
    emit_work(compiler, plan, 0, op);
    return;
  }
  const auto ask = [&](std::size_t server) {
    plan.call(parts_plans_[server][operation], {}, "server-" + std::to_string(server));
  };
  if (op.write) {
    ask(0);
  } else {
    replicas_.choose(
        plan, [&](std::size_t replica) { ask(replica + 1); }, [&] { ask(0); });
  }
}

void RdsModel::emit_work(Compiler& compiler, sim::PlanBuilder& plan, std::size_t server,
                         const Operation& op) {
  sim::NetworkBuilder& network = compiler.network();
  const Server& on = servers_[server];
  zones_.pass(plan, server);
  plan.acquire(on.connections);
  plan.compute(on.cpu, network.add_law(op.cpu_time), "cpu");
  const bool writer = server == 0;
  if (cold_.valid() && writer) {
    rds::read_cold_pages(plan, cold_, "page-miss", [&] {
      load_pages(compiler, plan, on, d_.cold_ios, op.io_kib, "cold-load");
      rds::read_and_write(compiler, plan, on, d_.cold_ios, op.io_kib, d_.io_latency, "cold-io");
    });
  }
  if (writer) load_pages(compiler, plan, on, op.write ? 0 : op.ios, op.io_kib, "load");
  rds::read_and_write(compiler, plan, on, op.ios, op.io_kib, d_.io_latency, "io");
  if (op.write) {
    if (d_.multi_az || d_.cluster) {
      zones_.while_synchronous(plan,
                               [&] { plan.delay(network.add_law(d_.standby_commit), "standby"); });
    }
    commits(compiler, plan, op.name, op.log_bytes);
    replicas_.count_write(plan);
  }
  plan.release(on.connections);
}

// A block that comes from the snapshot is written to the volume, and costs it IOs beside those of
// the read. All pages of an operation are there, or none.
void RdsModel::load_pages(Compiler& compiler, sim::PlanBuilder& plan, const Server& on,
                          std::uint32_t pages, std::uint32_t kib, std::string_view name) const {
  if (!unloaded_.valid() || pages == 0) return;
  rds::read_cold_pages(plan, unloaded_, std::string(name) + "-miss", [&] {
    rds::read_and_write(compiler, plan, on, pages, kib, d_.first_read, name);
  });
}

void RdsModel::define_failover(Compiler& compiler) {
  if (!fails_over()) return;
  InterruptionPolicy policy;
  policy.subject = name_of(site());
  policy.region = site().region;
  policy.word = "failover";
  policy.progress = failover_;
  policy.deployment = writer_part_.valid() ? writer_part_ : compiler.deployment(site());
  policy.takes = compiler.network().add_law(d_.failover);
  handles_.verbs.push_back(progress_verb(
      "rdsFailover", "moves the database to its standby in another zone", failover_, true));
  compiler.network().add_controller(std::make_shared<InterruptionController>(std::move(policy)),
                                    {failover_});
}

void RdsModel::define_zones(Compiler& compiler) const {
  std::vector<sim::DeploymentId> parts = {writer_part_.valid() ? writer_part_
                                                               : compiler.deployment(site())};
  for (std::size_t i = 0; i < replicas_.count(); ++i) parts.push_back(replicas_.part(i));
  zones_.define(compiler, site(), d_, parts, failover_);
}

void RdsModel::define_buffer_cache(Compiler& compiler) {
  if (unloaded_.valid()) {
    rds::ColdPolicy volume;
    volume.subject = name_of(site());
    volume.what = "volume";
    volume.level = unloaded_;
    volume.warmup = *d_.loading;
    volume.becomes = {opened()};
    compiler.network().add_controller(std::make_shared<rds::ColdController>(std::move(volume)),
                                      {opened()});
  }
  if (!cold_.valid()) return;
  rds::ColdPolicy policy;
  policy.subject = name_of(site());
  policy.level = cold_;
  policy.warmup = d_.warmup;
  for (const sim::RegisterId progress : {failover_, opened()}) {
    if (progress.valid()) policy.becomes.push_back(progress);
  }
  const std::vector<sim::RegisterId> watches = policy.becomes;
  compiler.network().add_controller(std::make_shared<rds::ColdController>(std::move(policy)),
                                    watches);
}

// Callers' pools: an ecs-fargate service names the station of a task's pool "pool-SERVICE".
void RdsModel::define_pools(Compiler& compiler) {
  if (d_.idle_share <= 0 || role() == Role::kBackup) return;
  rds::PoolsPolicy policy;
  for (const ServiceSpec& service : compiler.platform().services) {
    const DeploymentModel* caller = compiler.model(service.name, site().region);
    if (caller == nullptr || !caller->handles().tasks) continue;
    for (const auto& [name, station] : caller->handles().stations) {
      if (name != "pool-" + site().service) continue;
      const double max = compiler.network().so_far().stations[station.index()].servers;
      policy.pools.push_back({*caller->handles().tasks, max * d_.idle_share});
    }
  }
  if (policy.pools.empty()) return;
  sim::NetworkBuilder& network = compiler.network();
  pools_part_ = network.add_deployment(site().service, sim::RegionId(site().region_index), true,
                                       "connections");
  connections_ = network.add_register(name_of(site()) + "/connections/open", 0);
  policy.subject = name_of(site());
  policy.region = site().region;
  policy.accepted = d_.max_connections;
  policy.part = pools_part_;
  policy.connections = connections_;
  network.add_controller(std::make_shared<rds::PoolsController>(std::move(policy)));
}

void RdsModel::define_handles() {
  const Server& node = servers_.front();
  handles_.headline = node.cpu;
  handles_.stations.emplace_back("cpu", node.cpu);
  handles_.stations.emplace_back("connections", node.connections);
  for (std::size_t i = 1; i < servers_.size(); ++i) {
    const std::string label = "replica-" + std::to_string(i);
    handles_.stations.emplace_back(label + "-cpu", servers_[i].cpu);
    handles_.stations.emplace_back(label + "-connections", servers_[i].connections);
  }
  handles_.metrics.push_back(
      {"databaseConnections", "1", "connections open now: those in use, and idle ones of pools",
       [id = node.connections, open = connections_](sim::Control& control) {
         const double in_use = control.station(id).in_service;
         return open.valid() ? std::max(in_use, static_cast<double>(control.value(open))) : in_use;
       }});
}

class RdsKind final : public ServiceKind {
 public:
  [[nodiscard]] std::string_view name() const override { return "rds"; }
  [[nodiscard]] bool is_store() const override { return true; }
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
    Description d =
        rds::read_description(description, platform.region_names(), site.zones, problems);
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
