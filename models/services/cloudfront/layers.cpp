#include "models/services/cloudfront/layers.hpp"

namespace lifeboat::models::cloudfront {

using Label = sim::PlanBuilder::Label;

Layers::Layers(Compiler& compiler, const DeploymentSite& site, const Description& description,
               const Behaviour& behaviour) {
  const KeySpaceSpec* key = compiler.platform().find_key(behaviour.key);
  const auto add = [&](const std::string& layer, sim::Duration ttl) {
    sim::Cache cache;
    cache.name = site.service + "/" + behaviour.operation + layer;
    cache.keys = compiler.key_space(behaviour.key);
    cache.capacity = key->count;
    cache.ttl = ttl;
    cache.deployment = compiler.deployment(site);
    return cache;
  };
  sim::NetworkBuilder& network = compiler.network();
  const bool several = description.edge_locations > 1;
  for (std::uint32_t i = 0; i < description.edge_locations; ++i) {
    const std::string layer = several ? "/edge-" + std::to_string(i + 1) : std::string{};
    edges_.push_back(network.add_cache(add(layer, behaviour.ttl)));
  }
  for (std::uint32_t i = 0; several && i < description.regional_caches; ++i) {
    regional_.push_back(
        network.add_cache(add("/regional-" + std::to_string(i + 1), behaviour.ttl)));
  }
  if (description.origin_shield)
    shield_.push_back(network.add_cache(add("/shield", behaviour.ttl)));
  serve_stale_ = behaviour.serve_stale;
  if (!serve_stale_ && description.error_ttl > sim::Duration{}) {
    sim::Cache errors = add("/errors", description.error_ttl);
    errors.starts_empty = true;
    errors_.push_back(network.add_cache(errors));
  }
}

void Layers::emit(sim::PlanBuilder& plan, sim::LawId miss, const AskOrigin& ask) const {
  const Label served = plan.label();
  const Label error = plan.label();
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
    emit_location(plan, i, miss, served, error, failed, ask);
    plan.jump(served);
  }
  plan.place(failed);
  if (!serve_stale_) {
    if (!errors_.empty()) plan.fill(errors_.front());
    plan.place(error);
    plan.fail(sim::Cause::kDependency);
  }
  plan.place(served);
}

void Layers::emit_location(sim::PlanBuilder& plan, std::size_t location, sim::LawId miss,
                           Label served, Label error, Label failed, const AskOrigin& ask) const {
  const Label at_regional = plan.label();
  const Label at_shield = plan.label();
  plan.lookup(edges_[location], served);
  plan.delay(miss, "miss");
  const bool layered = !regional_.empty();
  const sim::CacheId regional = layered ? regional_[location % regional_.size()] : sim::CacheId{};
  if (layered) plan.lookup(regional, at_regional);
  if (!shield_.empty()) plan.lookup(shield_.front(), at_shield);
  if (!errors_.empty()) plan.lookup(errors_.front(), error);
  ask(failed);
  if (!shield_.empty()) plan.fill(shield_.front());
  plan.place(at_shield);
  if (layered) plan.fill(regional);
  plan.place(at_regional);
  plan.fill(edges_[location]);
}

}  // namespace lifeboat::models::cloudfront
