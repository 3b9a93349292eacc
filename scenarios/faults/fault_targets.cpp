#include "scenarios/faults/fault_targets.hpp"

#include <algorithm>

#include "models/io/reader.hpp"
#include "models/io/suggest.hpp"

namespace lifeboat::scenarios::detail {

namespace io = models::io;

namespace {

class TargetResolver {
 public:
  TargetResolver(const PlatformNames& names, const sim::Network& network, io::Problems& problems)
      : names_(names), network_(network), problems_(problems) {}

  Hit resolve(const FaultTarget& target) {
    Hit hit = named(target);
    hit.selection = target.selection;
    hit.of_tasks =
        target.service && hit.selection.mode != FaultSelection::Mode::kAll &&
        std::any_of(hit.deployments.begin(), hit.deployments.end(), [&](auto deployment) {
          const auto* service =
              names_.find_service(network_.deployments[deployment.index()].service);
          return service != nullptr && service->kind == "ecs-fargate";
        });
    add_checks(hit);
    return hit;
  }

 private:
  Hit named(const FaultTarget& target) {
    Hit hit;
    if (target.health_check) {
      hit.known = is_check(*target.health_check);
      if (hit.known) hit.checks.push_back(target.health_check->value);
      return hit;
    }
    if (target.part) hit.part = target.part->value;
    for (const auto& zone : target.zones) hit.zones.push_back(zone.value);
    if (target.service) {
      const auto name = resolve_deployment(*target.service, names_, false, problems_);
      hit.known = name.has_value();
      if (name) {
        hit.deployments = deployments([&](const sim::Deployment& row) {
          return row.service == name->service &&
                 (name->region.empty() || region_of(row) == name->region);
        });
      }
      check_zones(target, hit);
      return hit;
    }
    hit.known = target.region && check_region(*target.region, names_, problems_);
    if (!hit.known) return hit;
    const std::string& region = target.region->value;
    if (target.kind) check_kind(*target.kind, region);
    if (!target.kind) hit.regions.push_back(region);
    hit.deployments = deployments([&](const sim::Deployment& row) {
      if (region_of(row) != region) return false;
      if (!target.kind) return true;
      const auto* service = names_.find_service(row.service);
      return service != nullptr && service->kind == target.kind->value;
    });
    check_zones(target, hit);
    return hit;
  }

  /// Each region of what is hit has zones of those names.
  void check_zones(const FaultTarget& target, Hit& hit) {
    for (const auto& zone : target.zones) {
      for (const auto deployment : hit.deployments) {
        const sim::Deployment& row = network_.deployments[deployment.index()];
        if (!row.region.valid() || row.region.index() >= names_.zones.size()) continue;
        const auto& known = names_.zones[row.region.index()];
        if (std::find(known.begin(), known.end(), zone.value) != known.end()) continue;
        io::unknown_name(problems_, zone.place, "zone", zone.value, known);
        hit.known = false;
        return;
      }
    }
  }

  void check_kind(const LocatedName& kind, const std::string& region) {
    std::vector<std::string> known;
    for (const auto& service : names_.services) {
      const auto& regions = service.regions;
      if (std::find(regions.begin(), regions.end(), region) == regions.end()) continue;
      if (service.kind == kind.value) return;
      if (std::find(known.begin(), known.end(), service.kind) == known.end()) {
        known.push_back(service.kind);
      }
    }
    io::unknown_name(problems_, kind.place, "service of the kind", kind.value, known);
  }

  template <class Chosen>
  std::vector<sim::DeploymentId> deployments(const Chosen& chosen) const {
    std::vector<sim::DeploymentId> result;
    for (std::uint32_t i = 0; i < network_.deployments.size(); ++i) {
      if (chosen(network_.deployments[i])) result.emplace_back(i);
    }
    return result;
  }

  [[nodiscard]] std::string region_of(const sim::Deployment& row) const {
    return detail::region_of(network_, row);
  }

  bool is_check(const LocatedName& name) {
    const auto& known = names_.health_checks;
    if (std::find(known.begin(), known.end(), name.value) != known.end()) return true;
    io::unknown_name(problems_, name.place, "health check", name.value, known);
    return false;
  }

  /// Those that watch what is hit.
  void add_checks(Hit& hit) const {
    for (const auto& row : names_.watched_by) {
      const PlatformNames::Watched& watched = row.second;
      const auto watches = [&](sim::DeploymentId id) {
        const sim::Deployment& there = network_.deployments[id.index()];
        return there.service == watched.service && region_of(there) == watched.region;
      };
      const auto& hits = hit.deployments;
      if (std::any_of(hits.begin(), hits.end(), watches)) hit.checks.push_back(row.first);
    }
  }

  const PlatformNames& names_;
  const sim::Network& network_;
  io::Problems& problems_;
};

}  // namespace

Hit resolve_target(const FaultTarget& target, const PlatformNames& names,
                   const sim::Network& network, io::Problems& problems) {
  return TargetResolver(names, network, problems).resolve(target);
}

std::string region_of(const sim::Network& network, const sim::Deployment& row) {
  return row.region.valid() ? network.regions[row.region.index()] : std::string();
}

}  // namespace lifeboat::scenarios::detail
