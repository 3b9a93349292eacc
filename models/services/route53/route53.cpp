#include "models/services/route53/route53.hpp"

#include <set>
#include <utility>

#include "models/io/suggest.hpp"
#include "models/platform/front_door.hpp"
#include "models/platform/meter_readings.hpp"
#include "models/services/route53/answers.hpp"

namespace lifeboat::models {
namespace {

using sim::Duration;
using sim::Law;

enum class Routing : std::uint8_t { kSimple, kFailover, kWeighted };
constexpr io::Choice<Routing> kRoutings[] = {
    {"simple", Routing::kSimple, "one answer"},
    {"failover", Routing::kFailover, "a primary and a secondary record"},
    {"weighted", Routing::kWeighted, "not yet"}};

enum class Role : std::uint8_t { kPrimary, kSecondary };
constexpr io::Choice<Role> kRoles[] = {{"primary", Role::kPrimary, "answers while healthy"},
                                       {"secondary", Role::kSecondary, "answers otherwise"}};

struct Record {
  std::string region;
  Role role = Role::kPrimary;
  std::optional<std::string> check;
};

struct Description {
  std::vector<std::string> targets;
  Routing routing = Routing::kSimple;
  Duration ttl = Duration::seconds(60);
  std::vector<Record> records;
};

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

  bool chooses_region() const override { return fails_over(); }

  void declare(Compiler& compiler) override {
    FrontDoorModel::declare(compiler);
    if (!fails_over()) return;
    for (const ServiceSpec& service : compiler.platform().services) {
      if (compiler.kind_of(service.name) == "cloudfront") delivery_networks_.insert(service.name);
    }
    for (const auto& [operation, plan] : plans_) {
      cdn_plans_[operation] = compiler.network().declare_plan(
          site_.service + "." + operation + "/cdn", compiler.deployment(site_));
    }
    add_resolvers(compiler);
  }

  void define(Compiler& compiler) override {
    handles_.meters = {{"visits", [here = compiler.deployment(site_)](const MeterReadings& used) {
                          return used.entered(here);
                        }}};
    for (const auto& [operation, id] : plans_) {
      if (!fails_over()) {
        define_simple(compiler, id, operation);
        continue;
      }
      define_failover(compiler, id, operation, clients_);
      define_failover(compiler, cdn_plans_.at(operation), operation, cdn_);
    }
    if (!fails_over()) return;
    std::vector<sim::RegisterId> watches;
    for (const FailoverRecord& record : records_) {
      if (record.check.valid()) watches.push_back(record.check);
    }
    compiler.network().add_controller(
        std::make_shared<FailoverAnswers>(site_.service, records_,
                                          std::vector<sim::ResolverId>{clients_, cdn_}, answers_),
        watches);
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
  bool fails_over() const { return description_.routing == Routing::kFailover; }

  void add_resolvers(Compiler& compiler) {
    for (const Record& record : description_.records) {
      FailoverRecord& row = records_[record.role == Role::kPrimary ? 0 : 1];
      const RegionSpec* region = compiler.platform().find_region(record.region);
      row.region = static_cast<std::uint32_t>(region - compiler.platform().regions.data());
      row.region_name = record.region;
      if (record.check) row.check = compiler.health_check(*record.check);
    }
    const std::uint32_t first = records_[first_answer(compiler)].region;
    const ClientSpec::Resolvers resolvers = compiler.platform().clients
                                                ? compiler.platform().clients->resolvers
                                                : ClientSpec::Resolvers::kMeasured2014;
    clients_ = add_resolver(compiler, "", client_cohorts(resolvers, description_.ttl), first);
    cdn_ =
        add_resolver(compiler, "/cdn", {{1.0, Law::uniform(Duration{}, description_.ttl)}}, first);
  }

  std::size_t first_answer(Compiler& compiler) const {
    const auto healthy = [&](std::size_t i) {
      if (!records_[i].check.valid()) return true;
      const auto& registers = compiler.network().so_far().registers;
      return registers[records_[i].check.index()].initial != 0;
    };
    return failover_answer(healthy(0), healthy(1));
  }

  sim::ResolverId add_resolver(Compiler& compiler, const std::string& suffix,
                               const std::vector<std::pair<double, Law>>& cohorts,
                               std::uint32_t first) {
    sim::Resolver resolver;
    resolver.name = site_.service + suffix;
    for (const auto& [share, law] : cohorts) {
      resolver.cohorts.push_back({share, compiler.network().add_law(law)});
    }
    resolver.answer = compiler.network().add_register(resolver.name + "/answer", first);
    resolver.deployment = compiler.deployment(site_);
    answers_.push_back(resolver.answer);
    return compiler.network().add_resolver(resolver);
  }

  void define_simple(Compiler& compiler, sim::PlanId id, const std::string& operation) {
    sim::PlanBuilder plan = compiler.network().define(id);
    plan.gate();
    if (const auto callee = compiler.callee(site_, target_of(compiler, operation), operation)) {
      plan.call(callee->plan, {}, operation);
    }
    plan.finish();
  }

  void define_failover(Compiler& compiler, sim::PlanId id, const std::string& operation,
                       sim::ResolverId resolver) {
    sim::PlanBuilder plan = compiler.network().define(id);
    const std::string target = target_of(compiler, operation);
    const auto nowhere = plan.label();
    const auto end = plan.label();
    std::vector<sim::PlanBuilder::Label> labels(compiler.platform().regions.size(), nowhere);
    for (const FailoverRecord& record : records_) labels[record.region] = plan.label();
    plan.gate();
    plan.resolve(resolver, labels);
    plan.place(nowhere);
    plan.fail(sim::Cause::kStaleRegion);
    for (const FailoverRecord& record : records_) {
      plan.place(labels[record.region]);
      const auto callee = compiler.callee_at(site_, record.region_name, target, operation);
      if (callee) plan.call(callee->plan, {}, operation);
      plan.jump(end);
    }
    plan.place(end);
    plan.finish();
  }

  Description description_;
  std::array<FailoverRecord, 2> records_;
  std::set<std::string, std::less<>> delivery_networks_;
  std::map<std::string, sim::PlanId, std::less<>> cdn_plans_;
  sim::ResolverId clients_;
  sim::ResolverId cdn_;
  std::vector<sim::RegisterId> answers_;
};

void read_records(io::ObjectReader& r, const Platform& platform, Description& description) {
  std::vector<std::string> checks;
  for (const HealthCheckSpec& check : platform.health_checks) checks.push_back(check.name);
  r.map({"records", "with failover: a record for each of two regions"},
        [&](std::string_view region, io::ObjectReader& record_reader) {
          Record record;
          record.region = region;
          record.role = record_reader.required_enum({"role", "primary or secondary"}, kRoles);
          record.check = record_reader.maybe_name_of(
              {"healthCheck", "that takes the record out", "", "the record is always healthy"},
              "health check", checks);
          if (record_reader.describing()) return;
          if (platform.find_region(region) == nullptr) {
            io::unknown_name(record_reader.problems(), record_reader.place(), "region", region,
                             platform.region_names());
            return;
          }
          for (const std::string& target : description.targets) {
            const ServiceSpec* service = platform.find_service(target);
            if (service == nullptr || service->kind == nullptr) continue;
            if (service->kind->is_global() || platform.find_deployment(target, region) != nullptr) {
              continue;
            }
            record_reader.problems().error(
                record_reader.place(),
                io::quote(target) + " is not deployed in region " + io::quote(region));
          }
          description.records.push_back(std::move(record));
        });
}

void check_records(io::ObjectReader& r, Description& description) {
  if (r.describing()) return;
  const bool failover = description.routing == Routing::kFailover;
  if (description.routing == Routing::kWeighted) {
    r.error("routing", "weighted routing is not yet modelled", "\"simple\" or \"failover\"");
  }
  if (!failover) {
    if (!description.records.empty()) r.error("records", "only failover routing has records");
    return;
  }
  const auto count = [&](Role role) {
    std::size_t sum = 0;
    for (const Record& record : description.records) sum += record.role == role ? 1U : 0U;
    return sum;
  };
  if (count(Role::kPrimary) != 1 || count(Role::kSecondary) != 1) {
    r.error("records", "failover needs one primary and one secondary record",
            "{\"sg\": {\"role\": \"primary\"}, \"syd\": {\"role\": \"secondary\"}}");
    description.routing = Routing::kSimple;
  }
}

class Route53Kind final : public ServiceKind {
 public:
  std::string_view name() const override { return "route53"; }
  std::string_view summary() const override {
    return "names: simple and failover routing, health checks, resolvers that lag";
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
    description.routing = r.optional_enum(
        {"routing", "how a record is chosen", "the simplest routing"}, Routing::kSimple, kRoutings);
    description.ttl = r.optional_duration(
        {"ttl", "how long a resolver may keep the answer",
         "AWS documentation, Route 53 best practices: 60 s or less for failover, as of 2026-11"},
        Duration::seconds(60), {.min = Duration::seconds(1), .max = Duration::days(2)});
    read_records(r, platform, description);
    check_records(r, description);
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
