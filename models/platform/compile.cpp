#include "models/platform/compile.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

#include "models/platform/expected_load.hpp"
#include "models/platform/operation.hpp"
#include "models/platform/platform_compiler.hpp"
#include "models/services/route53/health_checker.hpp"

namespace lifeboat::models {

using sim::Duration;

CompiledPlatform::CompiledPlatform() = default;
CompiledPlatform::CompiledPlatform(CompiledPlatform&&) noexcept = default;
CompiledPlatform& CompiledPlatform::operator=(CompiledPlatform&&) noexcept = default;
CompiledPlatform::~CompiledPlatform() = default;

sim::NetworkBuilder& CompiledPlatform::network() { return owned_->network; }

const CompiledRegion* CompiledPlatform::find_region(std::string_view name) const {
  const auto found = std::find_if(regions.begin(), regions.end(),
                                  [&](const CompiledRegion& r) { return r.name == name; });
  return found == regions.end() ? nullptr : &*found;
}

const CompiledDeployment* CompiledPlatform::find(std::string_view service,
                                                 std::string_view region) const {
  const auto found =
      std::find_if(deployments.begin(), deployments.end(), [&](const CompiledDeployment& d) {
        return d.site.service == service && d.site.region == region;
      });
  return found == deployments.end() ? nullptr : &*found;
}

std::vector<const CompiledDeployment*> CompiledPlatform::of(std::string_view service) const {
  std::vector<const CompiledDeployment*> result;
  for (const CompiledDeployment& deployment : deployments) {
    if (deployment.site.service == service) result.push_back(&deployment);
  }
  return result;
}

const CompiledHealthCheck* CompiledPlatform::find_health_check(std::string_view name) const {
  const auto found = std::find_if(health_checks.begin(), health_checks.end(),
                                  [&](const CompiledHealthCheck& c) { return c.name == name; });
  return found == health_checks.end() ? nullptr : &*found;
}

PlatformCompiler::PlatformCompiler(const Platform& platform, const ExpectedLoad& expected,
                                   const CompileOptions& options)
    : platform_(platform), expected_(expected), options_(options) {
  io::Problems ignored;  // the platform was checked
  result_.owned_ = std::make_unique<CompiledPlatform::Owned>(platform, ignored);
  network_ = &result_.owned_->network;
  table_ = &result_.owned_->table;
}

CompiledPlatform PlatformCompiler::compile() {
  add_regions();
  add_keys_and_records();
  add_deployments();
  add_journeys();
  note_keys();
  declare_and_define();
  define_journeys();
  add_visits();
  add_health_checkers(*this);
  return std::move(result_);
}

void PlatformCompiler::add_regions() {
  for (const RegionSpec& region : platform_.regions) {
    CompiledRegion compiled;
    compiled.name = region.name;
    compiled.code = region.code;
    compiled.id = network_->add_region(region.name);
    compiled.up = shared_register("region/" + region.name + "/up", 1);
    compiled.control_plane = shared_register("region/" + region.name + "/control-plane", 1);
    compiled.cloudwatch = shared_register("region/" + region.name + "/cloudwatch", 1);
    Monitoring& monitoring = monitoring_[region.name];
    monitoring.feed.works = compiled.cloudwatch;
    monitoring.feed.region_up = compiled.up;
    result_.regions.push_back(std::move(compiled));
  }
  for (const HealthCheckSpec& check : platform_.health_checks) {
    const sim::RegisterId status =
        shared_register("health-check/" + check.name, check.starts_healthy ? 1 : 0);
    result_.health_checks.push_back({check.name, status, check.is_switch()});
  }
}

void PlatformCompiler::add_keys_and_records() {
  sim::Population population;
  population.clients = platform_.clients ? platform_.clients->population : 1;
  network_->set_population(population);
  for (const KeySpaceSpec& key : platform_.keys) {
    keys_[key.name] = network_->add_key_space(key.name, key.count, key.zipf, key.per_client);
  }
  for (const DataClassSpec& data : platform_.data) {
    sim::RecordClass record;
    record.name = data.name;
    record.parts = static_cast<std::uint32_t>(data.writes.size());
    record.critical = data.critical;
    result_.record_classes[data.name] = network_->add_record_class(record);
  }
}

void PlatformCompiler::add_deployments() {
  // Asked by customers or a front door: a refusal there is the connection's, not a dependency's.
  std::set<std::string> asked_from_outside;
  for (const JourneySpec& journey : platform_.journeys) {
    if (journey.entry) asked_from_outside.insert(journey.entry->service);
  }
  for (const ModelTable::Entry& entry : table_->entries()) {
    if (!entry.model) continue;
    for (const std::string& target : entry.model->fronts()) asked_from_outside.insert(target);
  }
  for (const ModelTable::Entry& entry : table_->entries()) {
    const DeploymentSite& site = entry.spec->site;
    const sim::RegionId region =
        site.region.empty() ? sim::RegionId{} : sim::RegionId(site.region_index);
    const sim::DeploymentId id =
        network_->add_deployment(site.service, region, asked_from_outside.count(site.service) == 0);
    deployments_[{site.service, site.region}] = id;
    result_.deployments.push_back(
        {site, std::string(entry.service->kind->name()), id, entry.model.get()});
    if (region.valid()) result_.regions[site.region_index].deployments.push_back(id);
    const PublicationDelays* delays = entry.model ? entry.model->publication() : nullptr;
    if (delays != nullptr && region.valid()) {
      Monitoring& monitoring = monitoring_.at(site.region);
      monitoring.feed.service = id;
      monitoring.delays = *delays;
    }
  }
}

void PlatformCompiler::add_journeys() {
  for (const JourneySpec& spec : platform_.journeys) {
    sim::Journey journey;
    journey.name = spec.name;
    journey.good_within = spec.good_within;
    journey.critical = spec.critical;
    journey.followed = spec.follows.has_value();
    if (platform_.clients && !journey.followed && platform_.clients->come_back > 0) {
      journey.come_back = platform_.clients->come_back;
      journey.come_back_after =
          network_->add_law(platform_.clients->come_back_after.value_or(sim::Law{}));
    }
    result_.journeys[spec.name] = network_->add_journey(journey);
  }
}

void PlatformCompiler::note_keys() {
  for (const ModelTable::Entry& entry : table_->entries()) {
    if (!entry.model) continue;
    for (const OperationCalls& operation : entry.model->calls()) {
      for (const CallSpec* call : operation.calls) {
        if (call->key.empty()) continue;
        for (ModelTable::Entry* target : table_->of(call->service)) {
          if (target->model) target->model->note_key(call->operation, call->key);
        }
      }
    }
  }
}

void PlatformCompiler::declare_and_define() {
  for (ModelTable::Entry& entry : table_->entries()) {
    if (!entry.model) throw std::invalid_argument("a platform with errors was to be compiled");
    entry.model->declare(*this);
  }
  for (ModelTable::Entry& entry : table_->entries()) entry.model->define(*this);
}

void PlatformCompiler::define_journeys() {
  for (const JourneySpec& spec : platform_.journeys) {
    if (!spec.entry) continue;
    const DeploymentSite client;
    const auto entry = callee(client, spec.entry->service, spec.entry->operation, {});
    if (!entry) continue;
    network_->journey(result_.journeys.at(spec.name)).plan = journey_plan(spec, entry->plan);
  }
}

// Patience outside, retries inside; without either the entry's own plan is the root.
sim::PlanId PlatformCompiler::journey_plan(const JourneySpec& journey, sim::PlanId entry) {
  if (!platform_.clients) return entry;
  const ClientSpec& clients = *platform_.clients;
  sim::PlanId inner = entry;
  const auto wrap = [&](const std::string& name, const sim::CallPolicy& policy) {
    const sim::PlanId plan = network_->declare_plan(name, {});
    sim::PlanBuilder steps = network_->define(plan);
    steps.call(inner, policy, "call");
    steps.finish();
    inner = plan;
  };
  if (clients.max_attempts > 1) {
    sim::CallPolicy policy;
    policy.max_attempts = clients.max_attempts;
    policy.backoff_base = clients.backoff;
    policy.retry_on = retried_causes();
    wrap("journey." + journey.name + ".attempts", policy);
  }
  if (!clients.patience.is_infinite()) {
    sim::CallPolicy policy;
    policy.timeout = clients.patience;
    policy.timeout_cause = sim::Cause::kAbandoned;
    wrap("journey." + journey.name, policy);
  }
  return inner;
}

void PlatformCompiler::add_visits() {
  for (const VisitSpec& spec : platform_.visits) {
    sim::Visit visit;
    visit.name = spec.name;
    const auto start = result_.journeys.find(spec.start);
    if (start == result_.journeys.end()) continue;
    visit.start = start->second;
    visit.next.resize(platform_.journeys.size());
    for (const auto& [from, choices] : spec.next) {
      for (const VisitSpec::Next& next : choices) {
        visit.next[result_.journeys.at(from).index()].push_back(
            {result_.journeys.at(next.to), next.probability});
      }
    }
    visit.think = network_->add_law(spec.think);
    result_.visits[spec.name] = network_->add_visit(visit);
  }
}

CompiledPlatform compile_platform(const Platform& platform, const CompileOptions& options) {
  const ExpectedLoad unknown;
  if (options.journey_rates.empty()) {
    return PlatformCompiler(platform, unknown, options).compile();
  }
  CompiledPlatform draft = PlatformCompiler(platform, unknown, options).compile();
  const ExpectedLoad expected = expected_load(draft, options.journey_rates);
  CompiledPlatform compiled = PlatformCompiler(platform, expected, options).compile();
  for (std::uint32_t i = 0; i < expected.cache_lookups.size(); ++i) {
    compiled.network().cache(sim::CacheId(i)).lookups_per_second = expected.cache_lookups[i];
  }
  return compiled;
}

}  // namespace lifeboat::models
