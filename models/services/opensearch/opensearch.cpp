#include "models/services/opensearch/opensearch.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "models/io/units.hpp"
#include "models/platform/compiler.hpp"
#include "models/platform/meter_readings.hpp"
#include "models/platform/platform.hpp"
#include "models/replication/nodes.hpp"
#include "models/replication/store.hpp"
#include "models/services/opensearch/description.hpp"
#include "models/services/opensearch/domain.hpp"
#include "models/services/opensearch/fan_out.hpp"

namespace lifeboat::models {

namespace {

using opensearch::Description;
using opensearch::Node;
using opensearch::Operation;

class OpenSearchModel final : public ReplicatedStore {
 public:
  OpenSearchModel(DeploymentSite site, Description description)
      : ReplicatedStore(std::move(site), description.role), d_(std::move(description)) {}

  [[nodiscard]] std::vector<std::string> operations() const override {
    std::vector<std::string> names;
    for (const Operation& op : d_.operations) names.push_back(op.name);
    return names;
  }
  [[nodiscard]] bool goes_to_writer(std::string_view operation) const override {
    return std::any_of(d_.operations.begin(), d_.operations.end(),
                       [&](const auto& op) { return op.write && op.name == operation; });
  }
  [[nodiscard]] sim::PlanId plan(std::string_view operation) const override {
    for (std::size_t i = 0; i < plans_.size(); ++i) {
      if (d_.operations[i].name == operation) return plans_[i];
    }
    return {};
  }
  void declare(Compiler& compiler) override;
  void define(Compiler& compiler) override;

 protected:
  [[nodiscard]] Shipping receives() const override {
    Shipping shipping;
    shipping.ordered = false;
    shipping.parts = true;  // a follower that was stopped is an index of its own
    shipping.lag = role() == Role::kBackup ? d_.snapshot_copy : d_.replication_lag;
    if (role() == Role::kBackup) shipping.departures = d_.snapshots;
    return shipping;
  }
  [[nodiscard]] std::optional<Opening> opening() const override {
    if (role() == Role::kBackup) {
      return Opening{"opensearchRestoreSnapshot", "makes a domain of the last snapshot", d_.restore,
                     true};
    }
    return Opening{"opensearchStopReplication",
                   "ends the replication, so that the follower takes writes", d_.promotion, false};
  }
  [[nodiscard]] std::optional<Rebuilding> rebuilding() const override {
    if (!d_.failback) return std::nullopt;
    return Rebuilding{.block = "opensearchStartReplication", .takes = *d_.failback};
  }

 private:
  void define_domain(Compiler& compiler);
  void define_metrics();
  void add_sum(const char* name, const char* what,
               std::function<double(sim::Control&, const Node&)> of_node);

  Description d_;
  opensearch::FanOut index_;
  NodeFaults faults_;
  sim::RegisterId quorum_;
  std::vector<sim::PlanId> plans_;
};

void OpenSearchModel::declare(Compiler& compiler) {
  declare_copy(compiler);
  sim::NetworkBuilder& network = compiler.network();
  faults_ = NodeFaults(compiler, site(), d_.nodes);
  quorum_ = network.add_register(name_of(site()) + "/quorum", 1);
  index_.declare(compiler, site(), d_, faults_);
  for (const Operation& op : d_.operations) {
    plans_.push_back(
        network.declare_plan(site().service + "." + op.name, compiler.deployment(site())));
  }
}

void OpenSearchModel::define(Compiler& compiler) {
  index_.define(compiler, d_);
  for (std::size_t i = 0; i < plans_.size(); ++i) {
    const Operation& op = d_.operations[i];
    sim::PlanBuilder plan = compiler.network().define(plans_[i]);
    plan.gate();
    serves(plan);
    if (op.write) writes(plan);
    const auto refused = plan.label();
    const auto together = plan.label();
    plan.switch_on(quorum_, {refused, together});
    plan.place(refused);
    plan.fail(sim::Cause::kDependency);
    plan.place(together);
    index_.emit(plan, d_, i);
    if (op.write) commits(compiler, plan, op.name, static_cast<std::uint32_t>(op.bytes));
    plan.finish();
  }
  define_copy(compiler);
  define_domain(compiler);
  define_metrics();
  // A backup is kept as snapshots: no node runs.
  const bool runs = role() != Role::kBackup;
  const auto hours = [runs](double count) {
    return [count = runs ? count : 0.0](const MeterReadings& used) { return count * used.hours(); };
  };
  handles_.meters = {{"instance-hours", hours(d_.nodes)},
                     {"master-hours", hours(d_.masters)},
                     {"storage-gb-months", hours(d_.nodes * d_.volume_gib / io::kHoursPerMonth)}};
}

void OpenSearchModel::define_domain(Compiler& compiler) {
  sim::NetworkBuilder& network = compiler.network();
  opensearch::DomainPolicy policy;
  policy.subject = name_of(site());
  policy.region = site().region;
  policy.faults = faults_;
  policy.deployments = {compiler.deployment(site())};
  for (const sim::DeploymentId part : faults_.parts()) policy.deployments.push_back(part);
  policy.masters = d_.masters;
  for (const Node& node : index_.nodes()) {
    policy.holds.push_back(node.holds);
    policy.serves.push_back(node.serves);
  }
  policy.quorum = quorum_;
  policy.standby = d_.standby;
  policy.redistribution_speed = d_.redistribution_speed;
  policy.activation = network.add_law(d_.activation);
  policy.recovery = network.add_law(d_.node_recovery);
  policy.redistribution = network.add_law(d_.redistribution);
  network.add_controller(std::make_shared<opensearch::DomainController>(std::move(policy)),
                         faults_.watches());
}

void OpenSearchModel::add_sum(const char* name, const char* what,
                              std::function<double(sim::Control&, const Node&)> of_node) {
  handles_.metrics.push_back(
      {name, "1", what,
       [nodes = index_.nodes(), of_node = std::move(of_node)](sim::Control& control) {
         double sum = 0;
         for (const Node& node : nodes) sum += of_node(control, node);
         return sum;
       }});
}

void OpenSearchModel::define_metrics() {
  for (std::size_t i = 0; i < index_.nodes().size(); ++i) {
    const std::string label = "node-" + std::to_string(i + 1);
    handles_.stations.emplace_back(label + "-search", index_.nodes()[i].search);
    handles_.stations.emplace_back(label + "-write", index_.nodes()[i].write);
  }
  handles_.headline = index_.nodes().front().search;
  add_sum("nodes", "nodes that answer searches", [](sim::Control& control, const Node& node) {
    return static_cast<double>(control.value(node.serves));
  });
  add_sum("threadpoolSearchQueue", "searches that wait on all nodes",
          [](sim::Control& control, const Node& node) {
            return static_cast<double>(control.station(node.search).queued);
          });
  add_sum("threadpoolSearchRejected", "searches rejected by all nodes since the start",
          [](sim::Control& control, const Node& node) {
            return static_cast<double>(control.station(node.search).rejected);
          });
  add_sum("threadpoolWriteQueue", "writes that wait on all nodes",
          [](sim::Control& control, const Node& node) {
            return static_cast<double>(control.station(node.write).queued);
          });
  add_sum("threadpoolWriteRejected", "writes rejected by all nodes since the start",
          [](sim::Control& control, const Node& node) {
            return static_cast<double>(control.station(node.write).rejected);
          });
  handles_.metrics.push_back(
      {"searchableAfter", "s", "time within which a write made here can be found here",
       [seconds = d_.refresh.to_seconds()](sim::Control&) { return seconds; }});
}

class OpenSearchKind final : public ServiceKind {
 public:
  [[nodiscard]] std::string_view name() const override { return "opensearch"; }
  [[nodiscard]] bool is_store() const override { return true; }
  [[nodiscard]] std::string_view summary() const override {
    return "a search domain: shards on data nodes with thread pools and queues, copies over zones";
  }
  [[nodiscard]] std::vector<MeterSpec> meters() const override {
    return {{"instance-hours", "h", "time of the data nodes, those that a fault took included"},
            {"master-hours", "h", "time of the dedicated masters"},
            {"storage-gb-months", "GB-month", "volumes of the data nodes, in GiB"}};
  }
  [[nodiscard]] std::unique_ptr<DeploymentModel> read(const Platform& platform,
                                                      const DeploymentSite& site,
                                                      const io::Value& description,
                                                      io::Problems& problems) const override {
    Description d = opensearch::read_description(description, platform.region_names(),
                                                 site.zones.size(), problems);
    check_store_roles(platform, site, description, Role::kPrimary, problems);
    return std::make_unique<OpenSearchModel>(site, std::move(d));
  }
};

}  // namespace

const ServiceKind& opensearch_kind() {
  static const OpenSearchKind kind;
  return kind;
}

}  // namespace lifeboat::models
