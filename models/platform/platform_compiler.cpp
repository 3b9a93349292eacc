#include "models/platform/platform_compiler.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "models/platform/operation.hpp"
#include "models/platform/regional_quota.hpp"

namespace lifeboat::models {

using sim::Duration;

sim::DeploymentId PlatformCompiler::deployment(const DeploymentSite& site) const {
  const auto found = deployments_.find({site.service, site.region});
  return found == deployments_.end() ? sim::DeploymentId{} : found->second;
}

DeploymentModel* PlatformCompiler::model(std::string_view service, std::string_view region) {
  ModelTable::Entry* entry = table_->find(service, region);
  return entry == nullptr ? nullptr : entry->model.get();
}

std::vector<std::string> PlatformCompiler::regions_of(std::string_view service) const {
  std::vector<std::string> regions;
  for (const ModelTable::Entry* entry : table_->of(service)) {
    regions.push_back(entry->spec->site.region);
  }
  return regions;
}

std::optional<Callee> PlatformCompiler::callee(const DeploymentSite& from, std::string_view service,
                                               std::string_view operation, std::string_view key) {
  const auto entries = table_->reachable(service, from.region);
  if (entries.empty() || !entries.front()->model) return std::nullopt;
  ModelTable::Entry& entry = *entries.front();
  if (entry.model->goes_to_writer(operation) && writer(service).valid()) {
    return to_writer(from, service, operation, key);
  }
  return direct(from, entry, operation, key);
}

std::optional<Callee> PlatformCompiler::callee_at(const DeploymentSite& from,
                                                  std::string_view region, std::string_view service,
                                                  std::string_view operation,
                                                  std::string_view key) {
  if (region == "writer") {
    if (writer(service).valid()) return to_writer(from, service, operation, key);
    return callee(from, service, operation, key);
  }
  const auto entries = table_->reachable(service, region);
  if (entries.empty() || !entries.front()->model) return std::nullopt;
  ModelTable::Entry& entry = *entries.front();
  return through_link(from, entry, direct(from, entry, operation, key), operation);
}

Callee PlatformCompiler::direct(const DeploymentSite& from, ModelTable::Entry& entry,
                                std::string_view operation, std::string_view key) {
  Callee callee;
  callee.model = entry.model.get();
  callee.deployment = deployment(entry.spec->site);
  callee.plan = key.empty() ? entry.model->plan_for_caller(from, operation)
                            : entry.model->plan_for_key(operation, key);
  return callee;
}

Callee PlatformCompiler::through_link(const DeploymentSite& from, const ModelTable::Entry& entry,
                                      Callee callee, std::string_view operation) {
  const DeploymentSite& there = entry.spec->site;
  if (from.region.empty() || there.region.empty() || from.region == there.region) return callee;
  const sim::DeploymentId caller = deployment(from);
  const auto [found, added] =
      links_.emplace(std::pair(caller.index(), callee.plan.index()), sim::PlanId{});
  if (added) {
    const std::string name = there.service + "." + std::string(operation);
    const sim::DeploymentId network = link_gate(from.region, there.region);
    const sim::PlanId plan =
        network_->declare_plan("link." + name, network.valid() ? network : caller);
    sim::PlanBuilder steps = network_->define(plan);
    if (network.valid()) steps.gate();
    steps.delay(link(from.region, there.region), "round-trip");
    steps.call(callee.plan, {}, name);
    steps.finish();
    found->second = plan;
  }
  callee.plan = found->second;
  return callee;
}

/// Who crosses is inside the network between the regions until the answer is back; invalid where no
/// fault may hit it.
sim::DeploymentId PlatformCompiler::link_gate(std::string_view from, std::string_view to) {
  if (!options_.links_may_fail) return {};
  const std::string name = link_name(from, to);
  const auto [found, added] =
      deployments_.emplace(std::pair(name, std::string()), sim::DeploymentId{});
  if (added) found->second = network_->add_deployment(name, {}, true);
  return found->second;
}

Callee PlatformCompiler::to_writer(const DeploymentSite& from, std::string_view service,
                                   std::string_view operation, std::string_view key) {
  const sim::DeploymentId caller = deployment(from);
  Callee result;
  result.model = table_->of(service).front()->model.get();
  const auto [found, added] = writers_.emplace(
      std::tuple(caller.index(), std::string(service), std::string(operation), std::string(key)),
      sim::PlanId{});
  if (added) {
    const std::string name = std::string(service) + "." + std::string(operation);
    std::vector<sim::PlanId> by_region(platform_.regions.size());
    for (ModelTable::Entry* entry : table_->of(service)) {
      if (!entry->model || entry->spec->site.region.empty()) continue;
      by_region[entry->spec->site.region_index] =
          through_link(from, *entry, direct(from, *entry, operation, key), operation).plan;
    }
    const sim::PlanId plan = network_->declare_plan("writer." + name, caller);
    sim::PlanBuilder steps = network_->define(plan);
    std::vector<sim::PlanBuilder::Label> labels;
    const auto nowhere = steps.label();
    const auto end = steps.label();
    for (const sim::PlanId to : by_region) labels.push_back(to.valid() ? steps.label() : nowhere);
    steps.switch_on(writer(service), labels);
    steps.place(nowhere);
    steps.fail(sim::Cause::kDependency);
    for (std::size_t i = 0; i < by_region.size(); ++i) {
      if (!by_region[i].valid()) continue;
      steps.place(labels[i]);
      steps.call(by_region[i], {}, name);
      steps.jump(end);
    }
    steps.place(end);
    steps.finish();
    found->second = plan;
  }
  result.plan = found->second;
  return result;
}

std::string_view PlatformCompiler::kind_of(std::string_view service) const {
  const ServiceSpec* spec = platform_.find_service(service);
  return spec == nullptr || spec->kind == nullptr ? std::string_view{} : spec->kind->name();
}

std::vector<std::string> PlatformCompiler::operations_of(const DeploymentSite& site) {
  const ModelTable::Entry* entry = table_->find(site.service, site.region);
  return entry == nullptr ? std::vector<std::string>{} : entry->operations;
}

std::vector<DeploymentModel*> PlatformCompiler::front_doors_of(const DeploymentSite& site) {
  std::vector<DeploymentModel*> result;
  for (ModelTable::Entry& entry : table_->entries()) {
    if (!entry.model) continue;
    const std::string& region = entry.spec->site.region;
    if (!region.empty() && region != site.region) continue;
    const auto fronts = entry.model->fronts();
    if (std::find(fronts.begin(), fronts.end(), site.service) != fronts.end()) {
      result.push_back(entry.model.get());
    }
  }
  return result;
}

std::optional<sim::JourneyId> PlatformCompiler::followed_by(std::string_view service,
                                                            std::string_view operation) const {
  for (const JourneySpec& journey : platform_.journeys) {
    if (journey.follows && journey.follows->service == service &&
        journey.follows->operation == operation) {
      return result_.journeys.at(journey.name);
    }
  }
  return std::nullopt;
}

sim::RegisterId PlatformCompiler::shared_register(const std::string& name, std::int64_t initial) {
  const auto [found, added] = registers_.emplace(name, sim::RegisterId{});
  if (added) found->second = network_->add_register(name, initial);
  return found->second;
}

sim::RegisterId PlatformCompiler::writer(std::string_view service) const {
  const auto found = result_.writers.find(service);
  return found == result_.writers.end() ? sim::RegisterId{} : found->second;
}

void PlatformCompiler::set_writer(std::string_view service, sim::RegisterId writer) {
  result_.writers[std::string(service)] = writer;
}

sim::RegisterId PlatformCompiler::control_plane(std::string_view region) const {
  const CompiledRegion* found = result_.find_region(region);
  return found == nullptr ? sim::RegisterId{} : found->control_plane;
}

Monitoring PlatformCompiler::monitoring(std::string_view region) const {
  const auto found = monitoring_.find(region);
  return found == monitoring_.end() ? Monitoring{} : found->second;
}

sim::RegisterId PlatformCompiler::region_up(std::string_view region) const {
  const CompiledRegion* found = result_.find_region(region);
  return found == nullptr ? sim::RegisterId{} : found->up;
}

sim::RegisterId PlatformCompiler::health_check(std::string_view name) const {
  const CompiledHealthCheck* found = result_.find_health_check(name);
  return found == nullptr ? sim::RegisterId{} : found->status;
}

sim::KeySpaceId PlatformCompiler::key_space(std::string_view name) const {
  const auto found = keys_.find(name);
  return found == keys_.end() ? sim::KeySpaceId{} : found->second;
}

double PlatformCompiler::key_bytes(std::string_view name) const {
  const KeySpaceSpec* key = platform_.find_key(name);
  return key == nullptr ? 0 : key->bytes;
}

std::uint32_t PlatformCompiler::store(std::string_view service) {
  const auto found = result_.stores.find(service);
  if (found != result_.stores.end()) return found->second;
  const std::uint32_t row = network_->add_store(std::string(service));
  result_.stores[std::string(service)] = row;
  return row;
}

std::optional<Compiler::RecordPart> PlatformCompiler::record_part(
    std::string_view service, std::string_view operation) const {
  for (const DataClassSpec& data : platform_.data) {
    for (std::size_t i = 0; i < data.writes.size(); ++i) {
      if (data.writes[i].service == service && data.writes[i].operation == operation) {
        return RecordPart{result_.record_classes.at(data.name), static_cast<std::uint32_t>(i)};
      }
    }
  }
  return std::nullopt;
}

std::string link_name(std::string_view a, std::string_view b) {
  const auto& [first, second] = std::minmax(a, b);
  return fmt::format("link/{}/{}", first, second);
}

namespace {

/// Round trips between regions, median in ms (public latency monitors; +-15 %; a guess elsewhere).
struct RoundTrip {
  std::string_view a;
  std::string_view b;
  std::int64_t milliseconds;
};
constexpr std::array<RoundTrip, 8> kRoundTrips = {{
    {"us-east-1", "us-east-2", 12},
    {"us-east-1", "us-west-2", 65},
    {"us-east-1", "eu-west-1", 70},
    {"eu-west-1", "eu-central-1", 24},
    {"us-east-1", "ap-southeast-1", 225},
    {"us-west-2", "ap-northeast-1", 98},
    {"us-east-1", "sa-east-1", 115},
    {"ap-southeast-1", "ap-southeast-2", 92},
}};
/// A guess for all other pairs, 12 ms to 300 ms.
constexpr std::int64_t kOtherRoundTrip = 150;
/// AWS documentation: 5 Gbit/s a single flow (EC2 instance network bandwidth, as of 2026-11).
constexpr double kLinkBytesPerSecond = 625e6;

const LinkSpec* find_link(const Platform& platform, std::string_view a, std::string_view b) {
  for (const LinkSpec& link : platform.links) {
    if ((link.a == a && link.b == b) || (link.a == b && link.b == a)) return &link;
  }
  return nullptr;
}

}  // namespace

sim::Law PlatformCompiler::round_trip(std::string_view from, std::string_view to) const {
  const LinkSpec* given = find_link(platform_, from, to);
  if (given != nullptr && given->round_trip) return *given->round_trip;
  const RegionSpec* a = platform_.find_region(from);
  const RegionSpec* b = platform_.find_region(to);
  std::int64_t median = kOtherRoundTrip;
  for (const RoundTrip& pair : kRoundTrips) {
    if (a == nullptr || b == nullptr) break;
    if ((pair.a == a->code && pair.b == b->code) || (pair.a == b->code && pair.b == a->code)) {
      median = pair.milliseconds;
    }
  }
  return sim::Law::lognormal_quantiles(Duration::milliseconds(median),
                                       Duration::microseconds(median * 1065));
}

sim::LawId PlatformCompiler::link(std::string_view from, std::string_view to) {
  return network_->add_law(round_trip(from, to));
}

sim::LawId PlatformCompiler::link_one_way(std::string_view from, std::string_view to) {
  return network_->add_law(round_trip(from, to).scaled(0.5));
}

double PlatformCompiler::link_bytes_per_second(std::string_view from, std::string_view to) const {
  const LinkSpec* given = find_link(platform_, from, to);
  return given == nullptr ? kLinkBytesPerSecond : given->bytes_per_second;
}

double PlatformCompiler::quota(std::string_view region, std::string_view name) const {
  std::string_view code;
  if (const RegionSpec* spec = platform_.find_region(region)) {
    const auto found = spec->quotas.find(name);
    if (found != spec->quotas.end()) return found->second;
    code = spec->code;
  }
  for (const QuotaDefault& standard : quota_defaults()) {
    if (standard.name == name) return regional_default(standard, code);
  }
  return 0;
}

double PlatformCompiler::expected_rate(std::string_view service, std::string_view operation) const {
  const auto found = expected_.operation_rates.find({std::string(service), std::string(operation)});
  return found == expected_.operation_rates.end() ? 0 : found->second;
}

double PlatformCompiler::expected_visits(const DeploymentSite& site) const {
  const auto found = expected_.visits.find({site.service, site.region});
  return found == expected_.visits.end() ? 0 : found->second;
}

double PlatformCompiler::expected_processors(const DeploymentSite& site) const {
  const auto found = expected_.processors.find({site.service, site.region});
  return found == expected_.processors.end() ? 0 : found->second;
}

}  // namespace lifeboat::models
