#include "models/services/cloudfront/cloudfront.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "models/platform/front_door.hpp"
#include "models/platform/meter_readings.hpp"
#include "models/platform/metrics.hpp"
#include "models/services/cloudfront/description.hpp"
#include "models/services/cloudfront/layers.hpp"

namespace lifeboat::models {
namespace {

using cloudfront::Behaviour;
using cloudfront::Description;
using cloudfront::Layers;

class CloudfrontModel final : public FrontDoorModel {
 public:
  CloudfrontModel(DeploymentSite site, Description description)
      : FrontDoorModel(std::move(site), description.targets),
        description_(std::move(description)),
        edge_(site_, description_.edge) {}

  std::vector<OperationName> named() const override {
    std::vector<OperationName> names = edge_.named();
    for (const Behaviour& behaviour : description_.behaviours) {
      names.push_back({site_.service, behaviour.operation, behaviour.place});
    }
    for (const std::string& operation : description_.group.operations) {
      names.push_back({site_.service, operation, description_.group.place});
    }
    return names;
  }

  bool chooses_region() const override { return !description_.group.regions.empty(); }

  void declare(Compiler& compiler) override {
    FrontDoorModel::declare(compiler);
    edge_.declare(compiler, handles_);
    for (const Behaviour& behaviour : description_.behaviours) {
      if (compiler.platform().find_key(behaviour.key) == nullptr) continue;
      const auto added =
          layers_.emplace(behaviour.operation, Layers(compiler, site_, description_, behaviour));
      for (const sim::CacheId id : added.first->second.edges()) handles_.caches.push_back(id);
    }
    handles_.metrics.push_back(hit_ratio_metric(
        "look-ups at the edge that hit since the start, as a share of 1", handles_.caches));
  }

  void define(Compiler& compiler) override {
    sim::NetworkBuilder& network = compiler.network();
    const sim::LawId hit = network.add_law(description_.hit_latency);
    const sim::LawId miss = network.add_law(description_.miss_latency);
    for (const auto& [operation, id] : plans_) {
      sim::PlanBuilder plan = network.define(id);
      plan.gate();
      edge_.emit(plan, operation);
      plan.delay(hit, "edge");
      const auto cached = layers_.find(operation);
      if (cached != layers_.end()) {
        cached->second.define(
            network, miss,
            [&, &name = operation](sim::PlanBuilder& fill, sim::PlanBuilder::Label on_failure) {
              ask_origin(compiler, fill, name, on_failure);
            });
        cached->second.emit(plan);
      } else {
        plan.delay(miss, "miss");
        ask_origin(compiler, plan, operation, std::nullopt);
      }
      plan.finish();
    }
    const sim::DeploymentId here = compiler.deployment(site_);
    handles_.meters = {
        {"requests", [here](const MeterReadings& used) { return used.entered(here); }}};
    edge_.define(compiler, handles_);
  }

 private:
  bool fails_over(const std::string& operation) const {
    const auto& names = description_.group.operations;
    return std::find(names.begin(), names.end(), operation) != names.end();
  }

  void ask_origin(Compiler& compiler, sim::PlanBuilder& plan, const std::string& operation,
                  std::optional<sim::PlanBuilder::Label> on_failure) const {
    const std::string target = target_of(compiler, operation);
    sim::CallPolicy policy;
    policy.timeout = description_.response_timeout;
    const auto& regions = description_.group.regions;
    if (regions.empty()) {
      if (const auto origin = compiler.callee(site_, target, operation)) {
        plan.call(origin->plan, policy, operation, on_failure);
      }
      return;
    }
    const auto first = compiler.callee_at(site_, regions[0], target, operation);
    const auto second = compiler.callee_at(site_, regions[1], target, operation);
    if (!first || !second) return;
    if (!fails_over(operation)) {
      plan.call(first->plan, policy, operation, on_failure);
      return;
    }
    const auto other = plan.label();
    const auto answered = plan.label();
    sim::CallPolicy brief = policy;
    brief.timeout = description_.first_origin_timeout();
    plan.call(first->plan, brief, operation, other);
    plan.jump(answered);
    plan.place(other);
    plan.call(second->plan, policy, operation + "/second", on_failure);
    plan.place(answered);
  }

  Description description_;
  edge::Edge edge_;
  std::map<std::string, Layers, std::less<>> layers_;
};

class CloudfrontKind final : public ServiceKind {
 public:
  std::string_view name() const override { return "cloudfront"; }
  std::string_view summary() const override {
    return "a content delivery network: layers of caches in front of an origin, or of two";
  }
  bool is_global() const override { return true; }
  bool is_front_door() const override { return true; }
  std::vector<MeterSpec> meters() const override {
    return edge::with_edge_meters(
        {{"requests", "requests", "requests of viewers, found in the cache or not"}});
  }

  std::unique_ptr<DeploymentModel> read(const Platform& platform, const DeploymentSite& site,
                                        const io::Value& value,
                                        io::Problems& problems) const override {
    return std::make_unique<CloudfrontModel>(
        site, cloudfront::read_description(platform, site, value, problems));
  }
};

}  // namespace

const ServiceKind& cloudfront_kind() {
  static const CloudfrontKind kind;
  return kind;
}

}  // namespace lifeboat::models
