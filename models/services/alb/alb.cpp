#include "models/services/alb/alb.hpp"

#include <algorithm>
#include <cmath>

#include "models/edge/edge.hpp"
#include "models/platform/front_door.hpp"
#include "models/platform/law.hpp"
#include "models/platform/meter_readings.hpp"
#include "models/platform/metrics.hpp"
#include "models/platform/shedding_verbs.hpp"
#include "models/replication/creation.hpp"
#include "models/services/alb/capacity.hpp"
#include "models/services/alb/nodes.hpp"

namespace lifeboat::models {
namespace {

using sim::Duration;
using sim::Law;

using Choice = sim::TaskGroup::Choice;
constexpr io::Choice<Choice> kAlgorithms[] = {
    {"round_robin", Choice::kRoundRobin, "each in turn"},
    {"least_outstanding_requests", Choice::kLeastOutstanding, "who has the fewest open requests"},
    {"weighted_random", Choice::kRandom, "any, all alike (anomaly mitigation is left out)"}};

struct AlbDescription {
  std::vector<std::string> targets;
  Law request_delay;
  edge::EdgeSpec edge;
  Duration idle_timeout;
  double minimum_capacity = 0;  ///< requests a second, what every balancer has
  double reserved_units = 0;
  double per_unit = 0;  ///< requests a second
  Law dead_time;
  Law node_detection;
  Duration dns_ttl;
  CreationSpec creation;
  BalancerSettings settings;

  [[nodiscard]] double floor() const {
    return std::max(minimum_capacity, reserved_units * per_unit);
  }
};

class AlbModel final : public FrontDoorModel {
 public:
  AlbModel(DeploymentSite site, AlbDescription description)
      : FrontDoorModel(std::move(site), description.targets),
        description_(std::move(description)),
        edge_(site_, description_.edge) {}

  std::vector<OperationName> named() const override { return edge_.named(); }

  void declare(Compiler& compiler) override {
    FrontDoorModel::declare(compiler);
    edge_.declare(compiler, handles_);
    nodes_.declare(compiler, site_, description_.settings.cross_zone);
    description_.settings.shifted = nodes_.shifted();
    sim::Bucket bucket;
    bucket.name = name_of(site_) + "/capacity";
    bucket.per_second = description_.floor();
    bucket.burst = std::max(1.0, description_.floor());
    bucket_ = compiler.network().add_bucket(bucket);
    capacity_ = compiler.network().add_register(bucket.name, std::llround(description_.floor()));
    health_plan_ =
        compiler.network().declare_plan(site_.service + "/health", compiler.deployment(site_));
    for (Verb& verb : shedding_verbs(compiler, site_)) handles_.verbs.push_back(std::move(verb));
    for (Verb& verb : nodes_.verbs()) handles_.verbs.push_back(std::move(verb));
  }

  void define(Compiler& compiler) override {
    for (const auto& [operation, id] : plans_) {
      const auto callee = compiler.callee(site_, target_of(compiler, operation), operation);
      sim::PlanBuilder plan = compiler.network().define(id);
      plan.gate();
      nodes_.emit(plan, [&, &name = operation](std::uint32_t zone) {
        enter(plan, name);
        pass_on(compiler, plan, callee ? callee->model->plan_in_zone(name, zone) : sim::PlanId{},
                name);
      });
      if (nodes_.send_across()) {
        enter(plan, operation);
        pass_on(compiler, plan, callee ? callee->plan : sim::PlanId{}, operation);
      }
      plan.finish();
    }
    const DeploymentModel* first =
        targets_.empty() ? nullptr : compiler.model(targets_.front(), site_.region);
    sim::PlanBuilder health = compiler.network().define(health_plan_);
    health.gate();
    edge_.emit_probe(health);
    pass_on(compiler, health, first == nullptr ? sim::PlanId{} : first->health_plan(), "health");
    health.finish();
    const sim::DeploymentId here = compiler.deployment(site_);
    handles_.meters = {
        {"hours", [](const MeterReadings& used) { return used.hours(); }},
        {"requests", [here](const MeterReadings& used) { return used.entered(here); }}};
    edge_.define(compiler, handles_);
    add_capacity(compiler);
    nodes_.define(compiler, site_, targets_, description_.node_detection, description_.dns_ttl);
    define_creation(compiler, site_, description_.creation, handles_);
  }

  sim::PlanId health_plan() const override { return health_plan_; }
  const BalancerSettings* balancer() const override { return &description_.settings; }

 private:
  void add_capacity(Compiler& compiler) {
    alb::CapacityPolicy policy;
    policy.name = name_of(site_);
    policy.deployment = compiler.deployment(site_);
    policy.bucket = bucket_;
    policy.capacity = capacity_;
    policy.floor = description_.floor();
    policy.first = alb::kHeadroom * compiler.expected_visits(site_);
    policy.dead_time = compiler.network().add_law(description_.dead_time);
    compiler.network().add_controller(std::make_shared<alb::Capacity>(std::move(policy)));
    handles_.metrics.push_back(
        register_metric("capacity", "requests a second that it can take", capacity_));
  }

  /// Through the firewall, and the balancer's own capacity.
  void enter(sim::PlanBuilder& plan, const std::string& operation) const {
    edge_.emit(plan, operation);
    plan.throttle(bucket_);
  }

  void pass_on(Compiler& compiler, sim::PlanBuilder& plan, sim::PlanId target,
               const std::string& name) const {
    plan.delay(compiler.network().add_law(description_.request_delay), "route");
    sim::CallPolicy policy;
    policy.timeout = description_.idle_timeout;
    if (target.valid()) plan.call(target, policy, name);
  }

  AlbDescription description_;
  edge::Edge edge_;
  alb::Nodes nodes_;
  sim::PlanId health_plan_;
  sim::BucketId bucket_;
  sim::RegisterId capacity_;
};

void read_capacity(io::ObjectReader& r, AlbDescription& description) {
  description.minimum_capacity =
      r.optional_rate({"minimumCapacity", "requests a second that a balancer takes when it is new",
                       "guess, 250/s to 5,000/s: unpublished"},
                      io::Rate{1000}, {.min = io::Rate{1}})
          .per_second;
  description.reserved_units = r.optional_number(
      {"capacityUnits", "reserved capacity units, which are always there",
       "AWS documentation, capacity unit reservations: none unless asked for, as of 2026-11"},
      0, {.min = 0, .max = 1e6});
  description.per_unit =
      r.optional_rate({"requestsPerCapacityUnit", "what one reserved unit takes",
                       "ELB pricing, an LCU is 25 new connections a second, as of 2026-11; ours: "
                       "a request each"},
                      io::Rate{25}, {.min = io::Rate{0.1}})
          .per_second;
  description.dead_time =
      optional_law(r,
                   {"capacityDeadTime", "until more demand is answered by more capacity",
                    "guess, 60 s to 180 s: unpublished"},
                   Law::uniform(Duration::seconds(60), Duration::seconds(180)));
}

void read_nodes(io::ObjectReader& r, AlbDescription& description) {
  // Acts where a zone is lost only: no figure of another run rests on it.
  description.node_detection =
      maybe_law(r, {"nodeDetection",
                    "from the loss of a zone until its node's address is withdrawn, and back",
                    "guess, 10 s to 60 s: three checks of Route 53, every 10 s or 30 s",
                    "uniform, 10 s to 60 s"})
          .value_or(Law::uniform(Duration::seconds(10), Duration::seconds(60)));
  description.dns_ttl = r.optional_duration(
      {"dnsTtl", "how long clients believe in its addresses",
       "AWS documentation, target group health: 60 s, as of 2026-11"},
      Duration::seconds(60), {.min = Duration::seconds(1), .max = Duration::hours(1)});
}

constexpr std::string_view kHealthSource =
    "AWS documentation, target group health checks, as of 2026-11";

void read_health_check(io::ObjectReader& r, BalancerSettings& settings) {
  r.section({"healthCheck", "how it checks its targets"}, [&](io::ObjectReader& check) {
    settings.health_interval = check.optional_duration(
        {"interval", "from one check of a task to the next", kHealthSource},
        settings.health_interval, {.min = Duration::seconds(5), .max = Duration::seconds(300)});
    settings.health_timeout = check.optional_duration(
        {"timeout", "a check without an answer has failed", kHealthSource}, settings.health_timeout,
        {.min = Duration::seconds(2), .max = Duration::seconds(120)});
    if (settings.health_timeout >= settings.health_interval && !check.describing()) {
      check.error("timeout", "not shorter than the interval");
    }
    settings.healthy_threshold = static_cast<std::uint32_t>(check.optional_count(
        {"healthyThreshold", "passes in a row that bring a target back", kHealthSource}, 5,
        {.min = 2, .max = 10}));
    settings.unhealthy_threshold = static_cast<std::uint32_t>(check.optional_count(
        {"unhealthyThreshold", "failures in a row that take a target out", kHealthSource}, 2,
        {.min = 2, .max = 10}));
  });
}

class AlbKind final : public ServiceKind {
 public:
  std::string_view name() const override { return "alb"; }
  std::string_view summary() const override {
    return "Application Load Balancer: routing, health checks, idle timeout";
  }
  bool is_front_door() const override { return true; }
  std::vector<MeterSpec> meters() const override {
    return edge::with_edge_meters(
        {{"hours", "h", "time that the load balancer exists, used or not"},
         {"requests", "requests", "requests received; capacity units follow from them"}});
  }

  std::unique_ptr<DeploymentModel> read(const Platform& platform, const DeploymentSite& site,
                                        const io::Value& value,
                                        io::Problems& problems) const override {
    io::ObjectReader r(value, problems);
    AlbDescription description;
    description.targets = read_targets(r, platform);
    description.edge = edge::read_edge(r, platform, site);
    description.request_delay = optional_law(
        r,
        {"requestDelay", "time of its own for one request",
         "guess: p50 1.5 ms, p99 8 ms; widely reported, unpublished"},
        Law::lognormal_quantiles(Duration::microseconds(1500), Duration::milliseconds(8)));
    description.idle_timeout = r.optional_duration(
        {"idleTimeout", "no answer from the target for so long is a 504",
         "AWS documentation, Application Load Balancers, as of 2026-11"},
        Duration::seconds(60), {.min = Duration::seconds(1), .max = Duration::seconds(4000)});
    read_capacity(r, description);
    read_nodes(r, description);
    description.creation = read_creation(
        r, Law::triangular(Duration::minutes(2), Duration::minutes(3), Duration::minutes(5)),
        "guess: 2 to 5 min");
    BalancerSettings& settings = description.settings;
    settings.choice =
        r.optional_enum({"routingAlgorithm", "which task gets a request",
                         "AWS documentation, target group routing algorithms, as of 2026-11"},
                        Choice::kRoundRobin, kAlgorithms);
    read_health_check(r, settings);
    settings.deregistration_delay = r.optional_duration(
        {"deregistrationDelay", "for requests of a task that leaves",
         "AWS documentation, target group attributes, as of 2026-11"},
        settings.deregistration_delay, {.min = Duration{}, .max = Duration::seconds(3600)});
    settings.registration =
        optional_law(r,
                     {"registration", "from a running task to its first check",
                      "guess: p50 5 s, p99 20 s; widely reported, unpublished"},
                     Law::lognormal_quantiles(Duration::seconds(5), Duration::seconds(20)));
    settings.cross_zone =
        r.optional_boolean({"crossZone", "its nodes send to targets in all zones",
                            "AWS documentation, Application Load Balancers, as of 2026-11"},
                           true);
    settings.slow_start = r.optional_duration(
        {"slowStart", "in which a new target's share of its turns grows from none to all",
         "AWS documentation, target group attributes: off, as of 2026-11"},
        Duration{}, {.min = Duration{}, .max = Duration::seconds(900)});
    if (settings.slow_start > Duration{} && !r.describing()) {
      if (settings.slow_start < Duration::seconds(30)) {
        r.error("slowStart", "shorter than 30 s", "30 s to 900 s, or 0 s for none");
      }
      if (settings.choice != Choice::kRoundRobin) {
        r.error("slowStart", "only round robin knows it", "\"routingAlgorithm\": \"round_robin\"");
      }
    }
    settings.fail_open =
        r.optional_boolean({"failOpen", "with no healthy target, send to all",
                            "AWS documentation, target group health, as of 2026-11"},
                           true);
    r.finish();
    return std::make_unique<AlbModel>(site, std::move(description));
  }
};

}  // namespace

const ServiceKind& alb_kind() {
  static const AlbKind kind;
  return kind;
}

}  // namespace lifeboat::models
