#include "models/services/route53/route53.hpp"

#include <set>
#include <utility>

#include <fmt/format.h>

#include "models/platform/front_door.hpp"
#include "models/platform/meter_readings.hpp"
#include "models/replication/opening.hpp"
#include "models/services/route53/answers.hpp"

namespace lifeboat::models {
namespace {

using sim::Duration;
using sim::Law;

using route53::AnswerClass;
using route53::AnswerRecord;
using route53::Description;
using route53::Preference;
using route53::Record;
using route53::Role;
using route53::Routing;

/// The law of U(0, a) + U(0, b): its density rises, stays, and falls.
Law sum_of_uniforms(Duration a, Duration b) {
  if (a > b) std::swap(a, b);
  if (a <= Duration{}) return Law::uniform(Duration{}, b);
  const double slope = 0.5 * a.to_seconds() / b.to_seconds();
  std::vector<Law::Component> parts = {{slope, Law::triangular(Duration{}, a, a)},
                                       {slope, Law::triangular(b, b, a + b)}};
  if (a < b) parts.push_back({1 - 2 * slope, Law::uniform(a, b)});
  return Law::mixture(parts);
}

/// Delays until a changed answer is believed, for customers.
std::vector<std::pair<double, Law>> client_cohorts(ClientSpec::Resolvers resolvers, Duration ttl) {
  if (resolvers == ClientSpec::Resolvers::kTtlOnly) {
    return {{1.0, Law::uniform(Duration{}, ttl)}};
  }
  return {{0.88, sum_of_uniforms(ttl, Duration::seconds(5))},
          {0.10, Law::exponential(Duration::seconds(120)).shifted(ttl)},
          {0.02, Law::exponential(Duration::seconds(1800)).shifted(Duration::seconds(900))}};
}

class Route53Model final : public FrontDoorModel {
 public:
  Route53Model(DeploymentSite site, Description description)
      : FrontDoorModel(std::move(site), description.targets),
        description_(std::move(description)) {}

  bool chooses_region() const override { return chooses(); }

  void declare(Compiler& compiler) override {
    FrontDoorModel::declare(compiler);
    if (!chooses()) return;
    for (const ServiceSpec& service : compiler.platform().services) {
      if (compiler.kind_of(service.name) == "cloudfront") delivery_networks_.insert(service.name);
    }
    for (const auto& [operation, plan] : plans_) {
      cdn_plans_[operation] = compiler.network().declare_plan(
          site_.service + "." + operation + "/cdn", compiler.deployment(site_));
    }
    add_records(compiler);
    add_classes(compiler);
    sim::NetworkBuilder& network = compiler.network();
    edit_ = {network.add_register(site_.service + "/edit", 0),
             network.add_register(site_.service + "/editing", 0),
             compiler.shared_register("dns/control-plane", 1)};
    Verb edit = progress_verb("route53ChangeRecords",
                              "points the name at the region to activate, by a change of its "
                              "records, whatever its health checks say",
                              edit_.progress, true);
    edit.begin = [begin = edit.begin, region = edit_.region](sim::Control& control,
                                                             const VerbArguments& arguments) {
      control.set(region, static_cast<std::int64_t>(arguments.amount));
      begin(control, arguments);
    };
    handles_.verbs.push_back(std::move(edit));
  }

  void define(Compiler& compiler) override {
    handles_.meters = {{"visits", [here = compiler.deployment(site_)](const MeterReadings& used) {
                          return used.entered(here);
                        }}};
    for (const auto& [operation, id] : plans_) {
      if (!chooses()) {
        define_simple(compiler, id, operation);
        continue;
      }
      define_choice(compiler, id, operation, kCustomers);
      define_choice(compiler, cdn_plans_.at(operation), operation, kDeliveryNetwork);
    }
    if (!chooses()) return;
    std::vector<sim::RegisterId> watches = {edit_.progress, edit_.control_plane};
    for (const AnswerRecord& record : records_) {
      if (record.check.valid()) watches.push_back(record.check);
    }
    compiler.network().add_controller(
        std::make_shared<route53::Answers>(site_.service, records_, classes_, edit_), watches);
  }

  sim::PlanId plan_for_caller(const DeploymentSite& caller,
                              std::string_view operation) const override {
    if (delivery_networks_.count(caller.service) > 0) {
      const auto found = cdn_plans_.find(operation);
      if (found != cdn_plans_.end()) return found->second;
    }
    return plan(operation);
  }

 private:
  /// Who asks: each class has a resolver for either.
  static constexpr std::size_t kCustomers = 0;
  static constexpr std::size_t kDeliveryNetwork = 1;

  bool chooses() const { return description_.routing != Routing::kSimple; }

  void add_records(Compiler& compiler) {
    for (const Record& record : description_.records) {
      AnswerRecord row;
      const RegionSpec* region = compiler.platform().find_region(record.region);
      row.region = static_cast<std::uint32_t>(region - compiler.platform().regions.data());
      row.region_name = record.region;
      if (record.role != Role::kNone) {
        row.note = record.role == Role::kPrimary ? " (primary)" : " (secondary)";
      }
      if (record.check) row.check = compiler.health_check(*record.check);
      records_.push_back(std::move(row));
    }
  }

  void add_classes(Compiler& compiler) {
    const auto& clients = compiler.platform().clients;
    const ClientSpec::Resolvers resolvers =
        clients ? clients->resolvers : ClientSpec::Resolvers::kMeasured2014;
    const auto believed = client_cohorts(resolvers, description_.ttl);
    const std::vector<std::pair<double, Law>> by_ttl = {
        {1.0, Law::uniform(Duration{}, description_.ttl)}};
    for (const Preference& preference : preferences(description_, clients)) {
      AnswerClass row;
      row.order = preference.order;
      shares_.push_back(preference.share);
      std::string suffix;
      if (preference.share < 1) {
        row.who = fmt::format("{:.3g} % of clients", preference.share * 100);
        for (const std::uint8_t record : row.order) {
          suffix += (suffix.empty() ? "/" : "-") + records_[record].region_name;
        }
      }
      add_resolver(compiler, row, suffix, believed);
      add_resolver(compiler, row, suffix + "/cdn", by_ttl);
      classes_.push_back(std::move(row));
    }
  }

  /// The region that the order is answered with when the run begins.
  std::uint32_t first_answer(Compiler& compiler, const std::vector<std::uint8_t>& order) const {
    const auto& registers = compiler.network().so_far().registers;
    return records_[route53::answer_of(order,
                                       [&](std::size_t i) {
                                         const sim::RegisterId check = records_[i].check;
                                         return !check.valid() ||
                                                registers[check.index()].initial != 0;
                                       })]
        .region;
  }

  void add_resolver(Compiler& compiler, AnswerClass& row, const std::string& suffix,
                    const std::vector<std::pair<double, Law>>& cohorts) const {
    sim::Resolver resolver;
    resolver.name = site_.service + suffix;
    for (const auto& [share, law] : cohorts) {
      resolver.cohorts.push_back({share, compiler.network().add_law(law)});
    }
    resolver.answer = compiler.network().add_register(resolver.name + "/answer",
                                                      first_answer(compiler, row.order));
    resolver.deployment = compiler.deployment(site_);
    row.answers.push_back(resolver.answer);
    row.resolvers.push_back(compiler.network().add_resolver(resolver));
  }

  void define_simple(Compiler& compiler, sim::PlanId id, const std::string& operation) {
    sim::PlanBuilder plan = compiler.network().define(id);
    plan.gate();
    if (const auto callee = compiler.callee(site_, target_of(compiler, operation), operation)) {
      plan.call(callee->plan, {}, operation);
    }
    plan.finish();
  }

  /// Chooses the client's order of preference, asks its resolver, goes where that believes.
  void define_choice(Compiler& compiler, sim::PlanId id, const std::string& operation,
                     std::size_t who) {
    sim::PlanBuilder plan = compiler.network().define(id);
    const std::string target = target_of(compiler, operation);
    const auto nowhere = plan.label();
    const auto end = plan.label();
    std::vector<sim::PlanBuilder::Label> regions(compiler.platform().regions.size(), nowhere);
    for (const AnswerRecord& record : records_) regions[record.region] = plan.label();
    std::vector<sim::PlanBuilder::Label> classes;
    plan.gate();
    double left = 1;
    for (std::size_t i = 0; i < classes_.size(); ++i) {
      classes.push_back(plan.label());
      if (i + 1 == classes_.size()) break;
      plan.branch(shares_[i] / left, classes[i], "preference-" + std::to_string(i + 1));
      left -= shares_[i];
    }
    for (std::size_t i = classes_.size(); i-- > 0;) {  // the last one needs no jump
      plan.place(classes[i]);
      plan.resolve(classes_[i].resolvers[who], regions);
      if (i > 0) plan.jump(nowhere);
    }
    plan.place(nowhere);
    plan.fail(sim::Cause::kStaleRegion);
    for (const AnswerRecord& record : records_) {
      plan.place(regions[record.region]);
      const auto callee = compiler.callee_at(site_, record.region_name, target, operation);
      if (callee) plan.call(callee->plan, {}, operation);
      plan.jump(end);
    }
    plan.place(end);
    plan.finish();
  }

  Description description_;
  std::vector<AnswerRecord> records_;
  std::vector<AnswerClass> classes_;
  std::vector<double> shares_;  ///< by class
  route53::EditRegisters edit_;
  std::set<std::string, std::less<>> delivery_networks_;
  std::map<std::string, sim::PlanId, std::less<>> cdn_plans_;
};

class Route53Kind final : public ServiceKind {
 public:
  std::string_view name() const override { return "route53"; }
  std::string_view summary() const override {
    return "names: failover, weighted and latency routing, health checks, resolvers that lag";
  }
  bool is_global() const override { return true; }
  bool is_front_door() const override { return true; }
  std::vector<MeterSpec> meters() const override {
    return {{"visits", "requests",
             "requests that use the name; resolvers answer most from what they keep, so its "
             "queries are fewer"}};
  }

  std::unique_ptr<DeploymentModel> read(const Platform& platform, const DeploymentSite& site,
                                        const io::Value& value,
                                        io::Problems& problems) const override {
    io::ObjectReader r(value, problems);
    Description description;
    description.targets = read_targets(r, platform);
    read_records(r, platform, description);
    r.finish();
    return std::make_unique<Route53Model>(site, std::move(description));
  }
};

}  // namespace

const ServiceKind& route53_kind() {
  static const Route53Kind kind;
  return kind;
}

}  // namespace lifeboat::models
