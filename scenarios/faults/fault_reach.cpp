#include "scenarios/faults/fault_reach.hpp"

#include <algorithm>
#include <map>

#include "models/io/reader.hpp"
#include "models/io/suggest.hpp"
#include "models/platform/compile.hpp"

namespace lifeboat::scenarios::detail {

namespace io = models::io;

namespace {

template <class T>
void add_once(std::vector<T>& all, const T& one) {
  if (std::find(all.begin(), all.end(), one) == all.end()) all.push_back(one);
}

/// Of the hit itself, or of the deployments that it names.
std::vector<std::string> regions_of(const Reach& reach) {
  std::vector<std::string> regions = reach.hit.regions;
  for (const auto deployment : reach.hit.deployments) {
    std::string region = region_of(reach.network, reach.network.deployments[deployment.index()]);
    if (!region.empty()) add_once(regions, region);
  }
  return regions;
}

std::string region_of_end(const Reach& reach, sim::DeploymentId end) {
  if (!end.valid()) return {};
  return region_of(reach.network, reach.network.deployments[end.index()]);
}

void join(const Reach& reach, const std::string& here, const std::string& there,
          PlannedFault& fault) {
  const sim::Network& network = reach.network;
  const std::string link = models::link_name(here, there);
  for (std::uint32_t i = 0; i < network.deployments.size(); ++i) {
    if (network.deployments[i].service == link) add_once(fault.deployments, sim::DeploymentId(i));
  }
  for (std::uint32_t i = 0; i < network.logs.size(); ++i) {
    const std::string from = region_of_end(reach, network.logs[i].from);
    const std::string to = region_of_end(reach, network.logs[i].to);
    if ((from != here || to != there) && (from != there || to != here)) continue;
    add_once(reach.action.effects.network->cut ? fault.paused : fault.impeded, sim::LogId(i));
  }
}

/// A quota that a run may change: what holds it in a region.
struct QuotaHolder {
  std::string name;  ///< of a register, or a bucket
  double unit = 1;   ///< of the holder, in the quota's
  bool is_register = false;
};

std::vector<QuotaHolder> holders_of(std::string_view quota, const std::string& region) {
  static const std::map<std::string_view, std::string_view> kBuckets{
      {"apiGatewayRate", "api-gateway@/requests"},
      {"eventBridgeInvocations", "eventbridge@/invocations"},
      {"eventBridgePutEvents", "eventbridge@/put-events"},
      {"snsPublish", "sns@/publish"},
  };
  constexpr std::string_view kCognito = "cognito";
  // Answers to challenges have three times the sign-ins' rate (models/services/cognito).
  constexpr double kChallenges = 3;
  if (quota == "fargateVcpu") return {{"region/" + region + "/fargate-vcpu-quota", 1000, true}};
  if (quota.starts_with(kCognito)) {
    const std::string prefix = "cognito@" + region + "/";
    std::vector<QuotaHolder> holders = {{prefix + std::string(quota.substr(kCognito.size()))}};
    if (quota == "cognitoUserAuthentication") {
      holders.push_back({prefix + "RespondToAuthChallenge", kChallenges});
    }
    return holders;
  }
  const auto found = kBuckets.find(quota);
  if (found == kBuckets.end()) return {};
  std::string name(found->second);
  name.insert(name.find('@') + 1, region);
  return {{name}};
}

/// Row of a holder in the plan; kNone where nothing in the region draws on the quota.
std::uint32_t row_of(const QuotaHolder& holder, const sim::Network& network, FaultPlan& plan) {
  for (std::uint32_t i = 0; i < plan.quotas.size(); ++i) {
    if (plan.quotas[i].name == holder.name) return i;
  }
  QuotaRow row;
  row.name = holder.name;
  row.unit = holder.unit;
  if (holder.is_register) {
    row.reg = network.find_register(holder.name);
    if (!row.reg.valid()) return sim::kNone;
    row.standard = static_cast<double>(network.registers[row.reg.index()].initial);
  } else {
    for (std::uint32_t i = 0; i < network.buckets.size(); ++i) {
      if (network.buckets[i].name != holder.name) continue;
      row.bucket = sim::BucketId(i);
      row.standard = network.buckets[i].per_second;
      row.burst = network.buckets[i].burst;
    }
    if (!row.bucket.valid()) return sim::kNone;
  }
  plan.quotas.push_back(std::move(row));
  return static_cast<std::uint32_t>(plan.quotas.size() - 1);
}

}  // namespace

void reach_tasks(const Reach& reach, PlannedFault& fault) {
  using Kind = sim::Effect::Kind;
  const auto& effects = reach.action.effects;
  const bool of_tasks =
      effects.effect && effects.part.empty() && reach.hit.part.empty() && reach.hit.zones.empty() &&
      (effects.effect->kind == Kind::kLatency || effects.effect->kind == Kind::kErrors ||
       effects.effect->kind == Kind::kSlow);
  if (!of_tasks || effects.network) {
    reach.problems.error(reach.name.place,
                         io::quote(reach.action.action_id) + " cannot hit some tasks of " +
                             io::quote(reach.name.value) + " (" +
                             io::quote(reach.hit.selection.text) + ")",
                         "\"latency\", \"errors\" or \"slow\", or \"selectionMode\": \"ALL\"");
    return;
  }
  for (std::uint32_t g = 0; g < reach.network.groups.size(); ++g) {
    const sim::DeploymentId of = reach.network.groups[g].deployment;
    const auto& hit = reach.hit.deployments;
    if (std::find(hit.begin(), hit.end(), of) == hit.end()) continue;
    const sim::Deployment& row = reach.network.deployments[of.index()];
    SelectedTasks selected;
    selected.service = row.service + "@" + region_of(reach.network, row);
    selected.selection = reach.hit.selection;
    selected.group = sim::TaskGroupId{g};
    selected.deployment = of;
    for (const sim::DeploymentId other : hit) {
      const sim::Deployment& part = reach.network.deployments[other.index()];
      if (part.service == row.service && part.region == row.region &&
          part.part.starts_with("zone-")) {
        selected.gates.push_back(other);
      }
    }
    fault.tasks.push_back(std::move(selected));
  }
}

void reach_network(const Reach& reach, PlannedFault& fault) {
  const NetworkTrouble& trouble = *reach.action.effects.network;
  if (reach.hit.regions.empty()) {
    reach.problems.error(reach.name.place,
                         io::quote(reach.action.action_id) + " hits regions, and " +
                             io::quote(reach.name.value) + " is none",
                         "a target with a \"region\" alone");
    return;
  }
  if (fault.zone != sim::kNone) {
    reach.problems.error(reach.name.place, "a region beside a zone whose network is in trouble",
                         "an action for each");
    return;
  }
  if (trouble.other && !check_region(*trouble.other, reach.names, reach.problems)) return;
  bool any = false;
  for (const auto& here : reach.hit.regions) {
    for (const auto& there : reach.names.regions) {
      if (there == here || (trouble.other && there != trouble.other->value)) continue;
      any = true;
      join(reach, here, there, fault);
    }
  }
  fault.lag = trouble.add / 2;  // one way
  if (any) return;
  reach.problems.error(
      trouble.other ? trouble.other->place : reach.name.place,
      "there is no other region at the other end of " + io::quote(reach.name.value),
      "two regions of the platform");
}

// What keeps several copies in step (a database's standby, a cluster's nodes) gives up the one that
// it cannot reach, as if its zone were lost. Tasks and the nodes of balancers work on.
void reach_zone_network(const Reach& reach, PlannedFault& fault) {
  static const std::vector<std::string> kClusters{"elasticache", "msk", "opensearch", "rds"};
  const sim::Network& network = reach.network;
  const auto regions = regions_of(reach);
  if (fault.zone != sim::kNone || !fault.deployments.empty()) {
    reach.problems.error(reach.name.place,
                         "a zone beside another place whose network is in trouble",
                         "an action for each");
    return;
  }
  if (reach.hit.zones.size() != 1 || regions.size() != 1) {
    reach.problems.error(reach.name.place,
                         io::quote(reach.name.value) + " is not one zone of one region",
                         "a target with a \"region\" and one \"zone\"");
    return;
  }
  if (reach.action.effects.network->other) {
    reach.problems.error(reach.action.effects.network->other->place,
                         "a zone is cut off from the other zones of its region",
                         "no \"region\", or a target without \"zone\"");
    return;
  }
  const std::string& zone = reach.hit.zones.front();
  const auto region = std::find(reach.names.regions.begin(), reach.names.regions.end(), regions[0]);
  const auto& zones =
      reach.names.zones[static_cast<std::size_t>(region - reach.names.regions.begin())];
  fault.zone =
      static_cast<std::uint32_t>(std::find(zones.begin(), zones.end(), zone) - zones.begin());
  bool any = false;
  for (const auto deployment : reach.hit.deployments) {
    const sim::Deployment& row = network.deployments[deployment.index()];
    constexpr std::string_view kZone = "zone-";
    if (row.part.starts_with(kZone)) {
      any = true;
      const bool inside = row.part.substr(kZone.size()) == zone;
      add_once(inside ? fault.deployments : fault.across, deployment);
    }
    const auto* service = reach.names.find_service(row.service);
    if (!row.part.empty() || !reach.action.effects.network->cut || service == nullptr) continue;
    if (std::find(kClusters.begin(), kClusters.end(), service->kind) == kClusters.end()) continue;
    any = true;
    const auto lost =
        network.find_register(row.service + "@" + regions[0] + "/zone-" + zone + "-lost");
    if (lost.valid()) add_once(fault.conditions, lost);
  }
  if (any) return;
  reach.problems.error(reach.name.place,
                       "nothing of " + io::quote(reach.name.value) + " stands in a zone",
                       "services of kinds that have zones");
}

void reach_streams(const Reach& reach, PlannedFault& fault) {
  const ReplicationTrouble& trouble = *reach.action.effects.replication;
  fault.lag = trouble.lag;
  fault.replay = trouble.replay;
  bool any = false;
  for (std::uint32_t i = 0; i < reach.network.logs.size(); ++i) {
    const auto& hit = reach.hit.deployments;
    if (std::find(hit.begin(), hit.end(), reach.network.logs[i].to) == hit.end()) continue;
    any = true;
    add_once(trouble.paused ? fault.paused : fault.impeded, sim::LogId(i));
  }
  if (any || !reach.compiled()) return;
  reach.problems.error(reach.name.place,
                       "nothing is shipped to " + io::quote(reach.name.value) + " from elsewhere",
                       "the replica, backup or active copy that receives writes, such as "
                       "\"orders-db@syd\"");
}

void stop_streams(const Reach& reach, PlannedFault& fault) {
  // A read replica sends nothing on.
  if (!reach.hit.part.empty() && reach.hit.part != "writer") return;
  const auto hits = [&](sim::DeploymentId end) {
    const auto& all = reach.hit.deployments;
    return end.valid() && std::find(all.begin(), all.end(), end) != all.end();
  };
  for (std::uint32_t i = 0; i < reach.network.logs.size(); ++i) {
    const auto& log = reach.network.logs[i];
    if (hits(log.from)) {
      add_once(fault.logs, sim::LogId(i));
    } else if (hits(log.to)) {
      add_once(fault.paused, sim::LogId(i));
    }
  }
}

void reach_quota(const Reach& reach, FaultPlan& plan, PlannedFault& fault) {
  const LowQuota& low = *reach.action.effects.quota;
  if (holders_of(low.quota.value, "x").empty()) {
    std::vector<std::string> known;
    for (const auto& quota : models::quota_defaults()) {
      if (!holders_of(quota.name, "x").empty()) known.emplace_back(quota.name);
    }
    io::unknown_name(reach.problems, low.quota.place, "quota that a run can change",
                     low.quota.value, known);
    return;
  }
  const auto regions = regions_of(reach);
  bool any = false;
  for (const auto& region : regions) {
    for (const auto& holder : holders_of(low.quota.value, region)) {
      const std::uint32_t row = row_of(holder, reach.network, plan);
      if (row == sim::kNone) continue;
      any = true;
      add_once(fault.quotas, row);
    }
  }
  if (any || !reach.compiled()) return;
  reach.problems.error(reach.name.place,
                       "nothing in " + io::quote(reach.name.value) + " draws on the quota " +
                           io::quote(low.quota.value),
                       "a region with a service that does");
}

void reach_launches(const Reach& reach, PlannedFault& fault) {
  const StaleConfiguration& stale = *reach.action.effects.stale;
  const sim::Network& network = reach.network;
  bool any = stale.item == "certificate";  // those are parts
  for (const auto deployment : reach.hit.deployments) {
    const sim::Deployment& row = network.deployments[deployment.index()];
    const std::string region = region_of(network, row);
    if (!row.part.empty()) continue;
    const std::string name = row.service + "@" + region;
    const auto* service = reach.names.find_service(row.service);
    any = any || (service != nullptr && service->kind == "ecs-fargate");
    const sim::RegisterId launched = network.find_register(name + "/tasks-launched");
    const sim::RegisterId broken = network.find_register(name + "/stale-broken");
    const sim::RegisterId errors = network.find_register(name + "/stale-errors");
    const sim::RegisterId faults = network.find_register(name + "/stale-faults");
    if (stale.item != "certificate" && launched.valid() && broken.valid() && errors.valid() &&
        faults.valid()) {
      fault.launches.push_back({launched, broken, errors, faults});
    }
  }
  for (const auto& region : regions_of(reach)) {
    for (const auto& service : reach.names.services) {
      const auto rule = network.find_register(service.name + "@" + region + "/drift-found-within");
      if (!rule.valid()) continue;
      fault.drift_found_within =
          std::min(fault.drift_found_within,
                   sim::Duration::nanoseconds(network.registers[rule.index()].initial));
    }
  }
  if (any) return;
  reach.problems.error(
      reach.name.place,
      "nothing of " + io::quote(reach.name.value) + " reads its configuration when it starts",
      "a region or service with tasks (ecs-fargate)");
}

void reach_checks(const Reach& reach, PlannedFault& fault) {
  const bool blind = reach.action.effects.checks == CheckTrouble::kBlind;
  bool any = false;
  for (const auto& check : reach.hit.checks) {
    const sim::RegisterId reg =
        reach.network.find_register("health-check/" + check + (blind ? "/blind" : "/failing"));
    any = any || reg.valid() || !reach.compiled();
    if (reg.valid()) add_once(fault.conditions, reg);
  }
  if (any) return;
  reach.problems.error(reach.name.place,
                       "no health check looks at anything of " + io::quote(reach.name.value),
                       blind ? "a region or service that one watches, or a \"healthCheck\""
                             : "a \"healthCheck\" that sends requests");
}

}  // namespace lifeboat::scenarios::detail
