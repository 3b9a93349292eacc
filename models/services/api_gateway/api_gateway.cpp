#include "models/services/api_gateway/api_gateway.hpp"

#include <algorithm>
#include <utility>

#include "models/platform/front_door.hpp"
#include "models/platform/meter_readings.hpp"
#include "models/platform/metrics.hpp"
#include "models/platform/shared_bucket.hpp"
#include "models/services/api_gateway/description.hpp"

namespace lifeboat::models {

namespace {

using api_gateway::CachedMethod;
using api_gateway::Description;
using api_gateway::Throttle;

class ApiGatewayModel final : public FrontDoorModel {
 public:
  ApiGatewayModel(DeploymentSite site, Description description)
      : FrontDoorModel(std::move(site), description.targets),
        d_(std::move(description)),
        edge_(site_, d_.edge) {}

  [[nodiscard]] std::vector<OperationName> named() const override;
  void declare(Compiler& compiler) override;
  void define(Compiler& compiler) override;
  [[nodiscard]] sim::PlanId health_plan() const override { return health_plan_; }

 private:
  void add_caches(Compiler& compiler);
  [[nodiscard]] sim::BucketId throttle_of(Compiler& compiler, const std::string& operation) const;
  void define_method(Compiler& compiler, const std::string& operation, sim::PlanId id);
  void define_health(Compiler& compiler);
  void define_meters(Compiler& compiler);

  Description d_;
  edge::Edge edge_;
  sim::PlanId health_plan_;
  sim::BucketId account_;
  std::map<std::string, sim::CacheId, std::less<>> caches_;
};

std::vector<OperationName> ApiGatewayModel::named() const {
  std::vector<OperationName> names = edge_.named();
  for (const CachedMethod& method : d_.cached) {
    names.push_back({site_.service, method.operation, method.place});
  }
  for (const auto& [operation, place] : d_.throttled_names) {
    names.push_back({site_.service, operation, place});
  }
  return names;
}

void ApiGatewayModel::declare(Compiler& compiler) {
  FrontDoorModel::declare(compiler);
  edge_.declare(compiler, handles_);
  health_plan_ =
      compiler.network().declare_plan(site_.service + "/health", compiler.deployment(site_));
  account_ = shared_bucket(compiler, "api-gateway@" + site_.region + "/requests",
                           compiler.quota(site_.region, "apiGatewayRate"),
                           compiler.quota(site_.region, "apiGatewayBurst"));
  add_caches(compiler);
}

// The memory is shared in proportion to what each cached operation could fill.
void ApiGatewayModel::add_caches(Compiler& compiler) {
  double wanted = 0;
  for (const CachedMethod& method : d_.cached) {
    const KeySpaceSpec* key = compiler.platform().find_key(method.key);
    if (key != nullptr) wanted += key->count * key->bytes;
  }
  const double share = wanted > 0 ? std::min(1.0, d_.cache_gb * 1e9 / wanted) : 1;
  for (const CachedMethod& method : d_.cached) {
    const KeySpaceSpec* key = compiler.platform().find_key(method.key);
    if (key == nullptr) continue;
    sim::Cache cache;
    cache.name = name_of(site_) + "/" + method.operation;
    cache.keys = compiler.key_space(method.key);
    cache.capacity = share < 1 ? static_cast<std::uint32_t>(key->count * share) : key->count;
    cache.ttl = method.ttl;
    cache.deployment = compiler.deployment(site_);
    const sim::CacheId id = compiler.network().add_cache(cache);
    caches_[method.operation] = id;
    handles_.caches.push_back(id);
  }
}

sim::BucketId ApiGatewayModel::throttle_of(Compiler& compiler, const std::string& operation) const {
  const auto own = d_.methods.find(operation);
  if (own == d_.methods.end() && !d_.each_method) return {};
  const Throttle& throttle = own == d_.methods.end() ? *d_.each_method : own->second;
  return compiler.network().add_bucket(
      {name_of(site_) + "/" + operation, throttle.rate, throttle.burst});
}

void ApiGatewayModel::define(Compiler& compiler) {
  for (const auto& [operation, id] : plans_) define_method(compiler, operation, id);
  define_health(compiler);
  define_meters(compiler);
  edge_.define(compiler, handles_);
  if (caches_.empty()) return;
  handles_.metrics.push_back(
      hit_ratio_metric("look-ups that hit since the start, as a share of 1", handles_.caches));
}

// The firewall stands between the gate and the throttles: what it blocks takes no token.
void ApiGatewayModel::define_method(Compiler& compiler, const std::string& operation,
                                    sim::PlanId id) {
  sim::NetworkBuilder& network = compiler.network();
  sim::PlanBuilder plan = network.define(id);
  const auto answered = plan.label();
  plan.gate();
  edge_.emit(plan, operation);
  const sim::BucketId method = throttle_of(compiler, operation);
  if (method.valid()) plan.throttle(method);
  plan.throttle(account_);
  plan.delay(network.add_law(d_.overhead), "overhead");
  const auto cache = caches_.find(operation);
  if (cache != caches_.end()) plan.lookup(cache->second, answered);
  sim::CallPolicy policy;
  policy.timeout = d_.integration_timeout;
  const auto target = compiler.callee(site_, target_of(compiler, operation), operation);
  if (target && target->plan.valid()) plan.call(target->plan, policy, operation);
  if (cache != caches_.end()) plan.fill(cache->second);
  plan.place(answered);
  plan.finish();
}

void ApiGatewayModel::define_health(Compiler& compiler) {
  sim::PlanBuilder plan = compiler.network().define(health_plan_);
  plan.gate();
  edge_.emit_probe(plan);
  plan.delay(compiler.network().add_law(d_.overhead), "overhead");
  const DeploymentModel* first =
      targets_.empty() ? nullptr : compiler.model(targets_.front(), site_.region);
  const sim::PlanId target = first == nullptr ? sim::PlanId{} : first->health_plan();
  sim::CallPolicy policy;
  policy.timeout = d_.integration_timeout;
  if (target.valid()) plan.call(target, policy, "health");
  plan.finish();
}

void ApiGatewayModel::define_meters(Compiler& compiler) {
  const sim::DeploymentId here = compiler.deployment(site_);
  const double each = d_.billed_requests();
  const double cached = d_.cache_gb > 0 ? 1 : 0;
  handles_.meters = {
      {"requests", [here, each](const MeterReadings& used) { return each * used.entered(here); }},
      {"cache-hours", [cached](const MeterReadings& used) { return cached * used.hours(); }}};
}

class ApiGatewayKind final : public ServiceKind {
 public:
  [[nodiscard]] std::string_view name() const override { return "api-gateway"; }
  [[nodiscard]] std::string_view summary() const override {
    return "API Gateway: throttles of account, stage and method, a response cache, a timeout";
  }
  [[nodiscard]] bool is_front_door() const override { return true; }
  [[nodiscard]] std::vector<MeterSpec> meters() const override {
    return edge::with_edge_meters(
        {{"requests", "requests",
          "requests received, those throttled or answered from the cache included; an HTTP "
          "API counts each 512 KB of payload"},
         {"cache-hours", "h", "time that its cache exists, of the size that it has"}});
  }
  [[nodiscard]] std::unique_ptr<DeploymentModel> read(const Platform& platform,
                                                      const DeploymentSite& site,
                                                      const io::Value& description,
                                                      io::Problems& problems) const override {
    return std::make_unique<ApiGatewayModel>(
        site, api_gateway::read_description(platform, site, description, problems));
  }
};

}  // namespace

const ServiceKind& api_gateway_kind() {
  static const ApiGatewayKind kind;
  return kind;
}

}  // namespace lifeboat::models
