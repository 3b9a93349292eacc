#include "models/services/cloudfront/cloudfront.hpp"

#include <algorithm>

#include "models/edge/edge.hpp"
#include "models/io/suggest.hpp"
#include "models/platform/front_door.hpp"
#include "models/platform/law.hpp"
#include "models/platform/meter_readings.hpp"

namespace lifeboat::models {
namespace {

using sim::Duration;
using sim::Law;

struct Behaviour {
  std::string operation;
  std::string key;
  Duration ttl;
  io::Place place;
};

struct Description {
  std::vector<std::string> targets;
  std::vector<Behaviour> behaviours;
  Law hit_latency;
  Law miss_latency;
  Duration response_timeout;
  edge::EdgeSpec edge;
};

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
    return names;
  }

  void declare(Compiler& compiler) override {
    FrontDoorModel::declare(compiler);
    edge_.declare(compiler, handles_);
    for (const Behaviour& behaviour : description_.behaviours) {
      const KeySpaceSpec* key = compiler.platform().find_key(behaviour.key);
      if (key == nullptr) continue;
      sim::Cache cache;
      cache.name = site_.service + "/" + behaviour.operation;
      cache.keys = compiler.key_space(behaviour.key);
      cache.capacity = key->count;
      cache.ttl = behaviour.ttl;
      cache.deployment = compiler.deployment(site_);
      caches_[behaviour.operation] = compiler.network().add_cache(cache);
      handles_.caches.push_back(caches_[behaviour.operation]);
    }
    add_metrics();
  }

  void define(Compiler& compiler) override {
    sim::NetworkBuilder& network = compiler.network();
    for (const auto& [operation, id] : plans_) {
      sim::PlanBuilder plan = network.define(id);
      const auto hit = plan.label();
      plan.gate();
      edge_.emit(plan, operation);
      plan.delay(network.add_law(description_.hit_latency), "edge");
      const auto cache = caches_.find(operation);
      if (cache != caches_.end()) plan.lookup(cache->second, hit);
      plan.delay(network.add_law(description_.miss_latency), "miss");
      sim::CallPolicy policy;
      policy.timeout = description_.response_timeout;
      if (const auto origin = compiler.callee(site_, target_of(compiler, operation), operation)) {
        plan.call(origin->plan, policy, operation);
      }
      if (cache != caches_.end()) plan.fill(cache->second);
      plan.place(hit);
      plan.finish();
    }
    const sim::DeploymentId here = compiler.deployment(site_);
    handles_.meters = {
        {"requests", [here](const MeterReadings& used) { return used.entered(here); }}};
    edge_.define(compiler, handles_, passed_on());
  }

 private:
  void add_metrics() {
    handles_.metrics.push_back({"hitRatio", "%",
                                "look-ups that hit since the start, as a share of 1",
                                [caches = handles_.caches](sim::Control& control) {
                                  double hits = 0;
                                  double all = 0;
                                  for (const sim::CacheId id : caches) {
                                    const sim::CacheView view = control.cache(id);
                                    hits += static_cast<double>(view.hits);
                                    all += static_cast<double>(view.hits + view.misses);
                                  }
                                  return all > 0 ? hits / all : 0.0;
                                }});
  }

  Description description_;
  edge::Edge edge_;
  std::map<std::string, sim::CacheId, std::less<>> caches_;
};

class CloudfrontKind final : public ServiceKind {
 public:
  std::string_view name() const override { return "cloudfront"; }
  std::string_view summary() const override {
    return "a content delivery network: caches by key and lifetime in front of an origin";
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
    io::ObjectReader r(value, problems);
    Description description;
    description.targets = read_targets(r, platform);
    r.map({"cache", "behaviours: which operations are cached, by what key, for how long"},
          [&](std::string_view operation, io::ObjectReader& behaviour) {
            description.behaviours.push_back(read_behaviour(operation, behaviour, platform));
          });
    description.edge = edge::read_edge(r, platform, site);
    description.hit_latency = optional_law(
        r,
        {"hitLatency", "from the edge's receipt to its answer from the cache",
         "guess: p50 8 ms, p99 60 ms; widely reported, unpublished"},
        Law::lognormal_quantiles(Duration::milliseconds(8), Duration::milliseconds(60)));
    description.miss_latency = optional_law(
        r,
        {"missLatency", "what a miss adds, without the origin",
         "guess: p50 25 ms, p99 150 ms; widely reported, unpublished"},
        Law::lognormal_quantiles(Duration::milliseconds(25), Duration::milliseconds(150)));
    description.response_timeout = r.optional_duration(
        {"originResponseTimeout", "without an answer from the origin for so long it is a 504",
         "AWS API reference, CloudFront CustomOriginConfig, as of 2026-08"},
        Duration::seconds(30), {.min = Duration::seconds(1), .max = Duration::seconds(120)});
    r.finish();
    return std::make_unique<CloudfrontModel>(site, std::move(description));
  }

 private:
  static Behaviour read_behaviour(std::string_view operation, io::ObjectReader& r,
                                  const Platform& platform) {
    Behaviour behaviour;
    behaviour.operation = operation;
    behaviour.place = r.place();
    behaviour.key =
        r.required_name_of({"key", "key space of its objects"}, "key space", platform.key_names());
    behaviour.ttl =
        r.optional_duration({"ttl", "how long an object is kept",
                             "AWS documentation, CloudFront default TTL, as of 2026-11"},
                            Duration::hours(24), {.min = Duration{}, .max = Duration::days(365)});
    return behaviour;
  }
};

}  // namespace

const ServiceKind& cloudfront_kind() {
  static const CloudfrontKind kind;
  return kind;
}

}  // namespace lifeboat::models
