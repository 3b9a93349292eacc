#include "models/services/personalize/personalize.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "models/platform/compiler.hpp"
#include "models/platform/meter_readings.hpp"
#include "models/platform/shared_bucket.hpp"
#include "models/replication/opening.hpp"
#include "models/replication/provisioning.hpp"
#include "models/replication/store.hpp"
#include "models/services/personalize/campaign.hpp"
#include "models/services/personalize/description.hpp"

namespace lifeboat::models {

namespace {

using personalize::Description;
using personalize::Initial;
using personalize::Operation;

/// Calls under way have no limit of their own: the rate is limited.
constexpr std::uint32_t kNoLimit = 1'000'000;

class PersonalizeModel final : public DeploymentModel {
 public:
  PersonalizeModel(DeploymentSite site, Description description)
      : site_(std::move(site)), d_(std::move(description)) {}

  [[nodiscard]] std::vector<std::string> operations() const override {
    std::vector<std::string> names;
    for (const Operation& op : d_.operations) names.push_back(op.name);
    return names;
  }
  [[nodiscard]] sim::PlanId plan(std::string_view operation) const override {
    for (std::size_t i = 0; i < plans_.size(); ++i) {
      if (d_.operations[i].name == operation) return plans_[i];
    }
    return {};
  }
  [[nodiscard]] const Handles& handles() const override { return handles_; }
  void declare(Compiler& compiler) override;
  void define(Compiler& compiler) override;

 private:
  sim::StationId add_station(Compiler& compiler, const char* label, sim::StationKind kind,
                             std::uint32_t servers);
  [[nodiscard]] sim::BucketId account_bucket(Compiler& compiler) const;
  [[nodiscard]] std::int64_t initial_capacity(Compiler& compiler) const;
  void emit(Compiler& compiler, sim::PlanBuilder& plan, const Operation& op) const;
  void define_campaign(Compiler& compiler);
  void define_creation(Compiler& compiler);
  void define_handles();

  DeploymentSite site_;
  Description d_;
  Handles handles_;
  std::vector<sim::PlanId> plans_;
  sim::BucketId capacity_;
  sim::BucketId campaign_;
  sim::BucketId account_;
  sim::BucketId events_;
  sim::StationId calls_;  // that ask for capacity
  sim::StationId served_;
  sim::StationId records_;  // events
  sim::StationId billed_;   // its servers: thousandths of a transaction a second
  sim::RegisterId provisioned_;
  sim::RegisterId active_;  // Progress of the campaign's creation
};

sim::StationId PersonalizeModel::add_station(Compiler& compiler, const char* label,
                                             sim::StationKind kind, std::uint32_t servers) {
  sim::Station station;
  station.name = name_of(site_) + "/" + label;
  station.kind = kind;
  station.deployment = compiler.deployment(site_);
  station.servers = servers;
  return compiler.network().add_station(station);
}

// All campaigns of a region share the account's rate: the first makes its bucket.
sim::BucketId PersonalizeModel::account_bucket(Compiler& compiler) const {
  return shared_bucket(compiler, "personalize@" + site_.region + "/account", d_.account_tps,
                       d_.account_tps);
}

std::int64_t PersonalizeModel::initial_capacity(Compiler& compiler) const {
  double rate = d_.min_provisioned_tps;
  if (d_.initial == Initial::kSteady) {
    double expected = 0;
    for (const Operation& op : d_.operations) {
      if (!op.records_events) expected += compiler.expected_rate(site_.service, op.name);
    }
    rate = std::clamp(expected * (1 + d_.headroom), rate, d_.campaign_tps);
  }
  return std::llround(rate * 1000);
}

void PersonalizeModel::declare(Compiler& compiler) {
  sim::NetworkBuilder& network = compiler.network();
  const std::string name = name_of(site_);
  const std::int64_t first = initial_capacity(compiler);
  const double rate = static_cast<double>(first) / 1000;
  capacity_ =
      network.add_bucket({name + "/capacity", rate, std::max(1.0, rate * d_.burst_seconds)});
  campaign_ = network.add_bucket({name + "/campaign", d_.campaign_tps, d_.campaign_tps});
  account_ = account_bucket(compiler);
  events_ = network.add_bucket({name + "/events", d_.events_rate, d_.events_rate});
  calls_ = add_station(compiler, "calls", sim::StationKind::kHold, kNoLimit);
  served_ = add_station(compiler, "served", sim::StationKind::kServers, kNoLimit);
  records_ = add_station(compiler, "records", sim::StationKind::kServers, kNoLimit);
  billed_ = add_station(compiler, "billed", sim::StationKind::kHold, 0);
  provisioned_ = network.add_register(name + "/provisioned", first);
  const Progress progress = d_.initial == Initial::kAbsent ? Progress::kIdle : Progress::kDone;
  active_ = network.add_register(name + "/campaign", static_cast<std::int64_t>(progress));
  for (const Operation& op : d_.operations) {
    plans_.push_back(
        network.declare_plan(site_.service + "." + op.name, compiler.deployment(site_)));
  }
}

void PersonalizeModel::define(Compiler& compiler) {
  for (std::size_t i = 0; i < plans_.size(); ++i) {
    sim::PlanBuilder plan = compiler.network().define(plans_[i]);
    plan.gate();
    emit(compiler, plan, d_.operations[i]);
    plan.finish();
  }
  define_campaign(compiler);
  if (d_.initial == Initial::kAbsent) define_creation(compiler);
  define_handles();
}

void PersonalizeModel::emit(Compiler& compiler, sim::PlanBuilder& plan, const Operation& op) const {
  const sim::LawId latency = compiler.network().add_law(op.latency);
  if (op.records_events) {
    plan.throttle(events_);
    plan.visit(records_, latency, "latency");
    return;
  }
  if (d_.initial == Initial::kAbsent) {
    const auto refuse = plan.label();
    const auto answer = plan.label();
    std::vector<sim::PlanBuilder::Label> by_progress(static_cast<std::size_t>(Progress::kDone) + 1,
                                                     refuse);
    by_progress.back() = answer;
    plan.switch_on(active_, by_progress);
    plan.place(refuse);
    plan.fail(sim::Cause::kDependency);
    plan.place(answer);
  }
  plan.acquire(calls_);
  plan.release(calls_);
  plan.throttle(account_);
  plan.throttle(campaign_);
  plan.throttle(capacity_);
  plan.visit(served_, latency, "latency");
}

void PersonalizeModel::define_campaign(Compiler& compiler) {
  personalize::CampaignPolicy policy;
  policy.subject = name_of(site_);
  policy.region = site_.region;
  policy.capacity = capacity_;
  policy.provisioned = provisioned_;
  policy.offered = calls_;
  policy.served = served_;
  policy.billed = billed_;
  policy.active = active_;
  policy.region_up = compiler.region_up(site_.region);
  policy.minimum = std::llround(d_.min_provisioned_tps * 1000);
  policy.most = std::llround(d_.campaign_tps * 1000);
  policy.headroom = d_.headroom;
  policy.burst_seconds = d_.burst_seconds;
  policy.evaluation = d_.evaluation;
  policy.growth = compiler.network().add_law(d_.growth);
  compiler.network().add_controller(
      std::make_shared<personalize::CampaignController>(std::move(policy)));
}

void PersonalizeModel::define_creation(Compiler& compiler) {
  ProvisioningPolicy policy;
  policy.subject = name_of(site_);
  policy.region = site_.region;
  policy.what = "creation";
  policy.begins = "training of " + policy.subject + " begins";
  policy.ends = "the campaign of " + policy.subject + " is active";
  policy.progress = active_;
  policy.control_plane = compiler.control_plane(site_.region);
  policy.takes = compiler.network().add_law(d_.creation);
  handles_.verbs.push_back(progress_verb("personalizeCreateCampaign",
                                         "trains a model and creates the campaign", active_));
  const std::vector<sim::RegisterId> watches = {active_, policy.control_plane};
  compiler.network().add_controller(std::make_shared<ProvisioningController>(std::move(policy)),
                                    watches);
}

void PersonalizeModel::define_handles() {
  handles_.headline = served_;
  handles_.metrics.push_back({"provisionedTPS", "1", "transactions a second that it takes now",
                              [id = provisioned_](sim::Control& control) {
                                return static_cast<double>(control.value(id)) / 1000;
                              }});
  handles_.meters = {
      {"tps-hours",
       [id = billed_](const MeterReadings& used) { return used.capacity_hours(id) / 1000; }},
      {"event-requests",
       [id = records_](const MeterReadings& used) { return used.completions(id); }}};
}

class PersonalizeKind final : public ServiceKind {
 public:
  [[nodiscard]] std::string_view name() const override { return "personalize"; }
  [[nodiscard]] std::string_view summary() const override {
    return "a campaign of recommendations whose capacity follows the demand late";
  }
  [[nodiscard]] std::vector<MeterSpec> meters() const override {
    return {{"tps-hours", "TPS-h",
             "the greater of minProvisionedTPS and the average served, by periods of 5 minutes"},
            {"event-requests", "requests", "events recorded (PutEvents)"}};
  }
  [[nodiscard]] std::unique_ptr<DeploymentModel> read(const Platform&, const DeploymentSite& site,
                                                      const io::Value& description,
                                                      io::Problems& problems) const override {
    return std::make_unique<PersonalizeModel>(site,
                                              personalize::read_description(description, problems));
  }
};

}  // namespace

const ServiceKind& personalize_kind() {
  static const PersonalizeKind kind;
  return kind;
}

}  // namespace lifeboat::models
