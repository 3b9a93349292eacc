#include "models/services/cloudfront/layers.hpp"

namespace lifeboat::models::cloudfront {

using Label = sim::PlanBuilder::Label;

Layers::Layers(Compiler& compiler, const DeploymentSite& site, const Description& description,
               const Behaviour& behaviour)
    : collapses_(description.collapses), serve_stale_(behaviour.serve_stale) {
  const KeySpaceSpec* key = compiler.platform().find_key(behaviour.key);
  sim::NetworkBuilder& network = compiler.network();
  const std::string name = site.service + "/" + behaviour.operation;
  const auto cache_of = [&](const std::string& layer, sim::Duration ttl) {
    sim::Cache cache;
    cache.name = name + layer;
    cache.keys = compiler.key_space(behaviour.key);
    cache.capacity = key->count;
    cache.ttl = ttl;
    cache.deployment = compiler.deployment(site);
    return cache;
  };
  const auto add = [&](const std::string& layer) {
    return Layer{network.add_cache(cache_of(layer, behaviour.ttl)),
                 network.declare_plan(name + layer + "/fill", compiler.deployment(site))};
  };
  const bool several = description.edge_locations > 1;
  for (std::uint32_t i = 0; i < description.edge_locations; ++i) {
    edges_.push_back(add(several ? "/edge-" + std::to_string(i + 1) : std::string{}));
  }
  for (std::uint32_t i = 0; several && i < description.regional_caches; ++i) {
    regional_.push_back(add("/regional-" + std::to_string(i + 1)));
  }
  if (description.origin_shield) shield_.push_back(add("/shield"));
  if (!serve_stale_ && description.error_ttl > sim::Duration{}) {
    sim::Cache errors = cache_of("/errors", description.error_ttl);
    errors.starts_empty = true;
    errors_.push_back(network.add_cache(errors));
  }
}

std::vector<sim::CacheId> Layers::edges() const {
  std::vector<sim::CacheId> caches;
  for (const Layer& edge : edges_) caches.push_back(edge.cache);
  return caches;
}

void Layers::emit(sim::PlanBuilder& plan) const {
  const Label served = plan.label();
  const Label failed = plan.label();
  std::vector<Label> locations;
  for (std::size_t i = 0; i < edges_.size(); ++i) locations.push_back(plan.label());
  for (std::size_t i = 0; i + 1 < edges_.size(); ++i) {
    // Each choice has luck of its own, or the second would know what the first has drawn.
    plan.branch(1.0 / static_cast<double>(edges_.size() - i), locations[i],
                "location-" + std::to_string(i + 1));
  }
  for (std::size_t i = edges_.size(); i-- > 0;) {  // the last one needs no jump
    plan.place(locations[i]);
    plan.lookup(edges_[i].cache, served);
    get(plan, edges_[i], failed);
    plan.jump(served);
  }
  plan.place(failed);
  if (!serve_stale_) plan.fail(sim::Cause::kDependency);
  plan.place(served);
}

void Layers::define(sim::NetworkBuilder& network, sim::LawId miss, const AskOrigin& ask) const {
  for (std::size_t i = 0; i < edges_.size(); ++i) {
    sim::PlanBuilder plan = network.define(edges_[i].fill);
    plan.delay(miss, "miss");
    if (regional_.empty()) {
      emit_origin(plan, ask);
    } else {
      const Layer& regional = regional_[i % regional_.size()];
      const Label found = plan.label();
      plan.lookup(regional.cache, found);
      get(plan, regional, std::nullopt);
      plan.place(found);
    }
    plan.fill(edges_[i].cache);
    plan.finish();
  }
  for (const Layer& regional : regional_) {
    sim::PlanBuilder plan = network.define(regional.fill);
    if (shield_.empty()) {
      emit_origin(plan, ask);
    } else {
      const Label found = plan.label();
      plan.lookup(shield_.front().cache, found);
      get(plan, shield_.front(), std::nullopt);
      plan.place(found);
    }
    plan.fill(regional.cache);
    plan.finish();
  }
  for (const Layer& shield : shield_) {
    sim::PlanBuilder plan = network.define(shield.fill);
    emit_origin(plan, ask);
    plan.fill(shield.cache);
    plan.finish();
  }
}

/// Has a layer filled by who misses in it, or by the fetch that is under way.
void Layers::get(sim::PlanBuilder& plan, const Layer& layer,
                 std::optional<Label> on_failure) const {
  if (collapses_) {
    plan.fetch(layer.cache, layer.fill, "fetch", on_failure);
  } else {
    plan.call(layer.fill, sim::CallPolicy{}, "fetch", on_failure);
  }
}

void Layers::emit_origin(sim::PlanBuilder& plan, const AskOrigin& ask) const {
  const Label error = plan.label();
  const Label failed = plan.label();
  const Label answered = plan.label();
  if (!errors_.empty()) plan.lookup(errors_.front(), error);
  ask(plan, failed);
  plan.jump(answered);
  plan.place(failed);
  if (!errors_.empty()) plan.fill(errors_.front());
  plan.place(error);
  plan.fail(sim::Cause::kDependency);
  plan.place(answered);
}

}  // namespace lifeboat::models::cloudfront
