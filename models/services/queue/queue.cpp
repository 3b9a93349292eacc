#include "models/services/queue/queue.hpp"

#include <algorithm>
#include <map>

#include "models/io/reader.hpp"
#include "models/platform/meter_readings.hpp"
#include "models/platform/operation.hpp"
#include "models/platform/platform.hpp"

namespace lifeboat::models {
namespace {

enum class Order : std::uint8_t { kFifo, kLifo, kPriority, kSharing };
constexpr io::Choice<Order> kOrders[] = {
    {"fifo", Order::kFifo, "first come, first served"},
    {"lifo", Order::kLifo, "last come, first served, without preemption"},
    {"priority", Order::kPriority, "lowest priority number first, without preemption"},
    {"processor-sharing", Order::kSharing, "n requests on c servers each get min(1, c / n)"}};

struct QueueOperation {
  OperationSpec spec;
  std::uint16_t priority = 0;
};

struct QueueDescription {
  std::uint32_t servers = 1;
  Order order = Order::kFifo;
  std::uint32_t queue_limit = sim::kNone;
  std::optional<std::uint32_t> max_concurrency;
  std::vector<QueueOperation> operations;
};

bool is_single_demand(const OperationSpec& operation) {
  return operation.steps.size() == 1 && operation.steps[0].kind == OperationStep::Kind::kDemand;
}

bool has_demand(const std::vector<OperationStep>& steps) {
  return std::any_of(steps.begin(), steps.end(), [](const OperationStep& step) {
    return step.kind == OperationStep::Kind::kDemand ||
           std::any_of(step.branches.begin(), step.branches.end(), has_demand) ||
           (step.call && has_demand(step.call->on_miss));
  });
}

class QueueModel final : public DeploymentModel {
 public:
  QueueModel(DeploymentSite site, QueueDescription description)
      : site_(std::move(site)), description_(std::move(description)) {
    fused_ = std::all_of(description_.operations.begin(), description_.operations.end(),
                         [](const QueueOperation& o) { return is_single_demand(o.spec); }) &&
             description_.order != Order::kSharing;
  }

  std::vector<std::string> operations() const override {
    std::vector<std::string> names;
    for (const QueueOperation& operation : description_.operations) {
      names.push_back(operation.spec.name);
    }
    return names;
  }

  std::vector<OperationCalls> calls() const override {
    std::vector<OperationCalls> result;
    for (const QueueOperation& operation : description_.operations) {
      result.push_back({operation.spec.name, calls_of(operation.spec.steps)});
    }
    return result;
  }

  void declare(Compiler& compiler) override {
    add_stations(compiler);
    for (const QueueOperation& operation : description_.operations) {
      const std::string& name = operation.spec.name;
      plans_[name] =
          compiler.network().declare_plan(site_.service + "." + name, compiler.deployment(site_));
    }
  }

  void define(Compiler& compiler) override {
    for (const QueueOperation& operation : description_.operations) {
      sim::PlanBuilder plan = compiler.network().define(plans_.at(operation.spec.name));
      plan.gate();
      if (fused_) {
        plan.visit(headline_, compiler.network().add_law(*operation.spec.steps[0].law), "demand",
                   operation.priority);
      } else {
        define_held(compiler, operation, plan);
      }
      plan.finish();
    }
    handles_.meters = {{"requests", [here = compiler.deployment(site_)](const MeterReadings& used) {
                          return used.entered(here);
                        }}};
  }

  sim::PlanId plan(std::string_view operation) const override {
    const auto found = plans_.find(operation);
    return found == plans_.end() ? sim::PlanId{} : found->second;
  }

  const Handles& handles() const override { return handles_; }

 private:
  void add_stations(Compiler& compiler) {
    const bool sharing = description_.order == Order::kSharing;
    sim::Station station;
    station.name = site_.service;
    station.deployment = compiler.deployment(site_);
    station.servers = description_.servers;
    station.queue_limit = description_.queue_limit;
    if (description_.order == Order::kLifo) station.discipline = sim::Discipline::kLifo;
    if (description_.order == Order::kPriority) station.discipline = sim::Discipline::kPriority;
    if (sharing) {
      station.kind = sim::StationKind::kShared;
      station.capacity_milli = description_.servers * 1000;
      station.queue_limit = sim::kNone;
    } else {
      station.kind = fused_ ? sim::StationKind::kServers : sim::StationKind::kHold;
    }
    headline_ = compiler.network().add_station(station);
    handles_.headline = headline_;
    if (sharing && description_.max_concurrency) {
      sim::Station places;
      places.name = site_.service + "/places";
      places.deployment = station.deployment;
      places.kind = sim::StationKind::kHold;
      places.servers = *description_.max_concurrency;
      places.queue_limit = description_.queue_limit;
      places_ = compiler.network().add_station(places);
      handles_.stations.emplace_back("places", *places_);
    }
    add_metrics();
  }

  void add_metrics() {
    const sim::StationId station = headline_;
    handles_.metrics.push_back({"numberInService", "1", "requests that hold a server now",
                                [station](sim::Control& control) {
                                  return static_cast<double>(control.station(station).in_service);
                                }});
    handles_.metrics.push_back({"queueLength", "1", "requests that wait for a server now",
                                [station](sim::Control& control) {
                                  return static_cast<double>(control.station(station).queued);
                                }});
  }

  void define_held(Compiler& compiler, const QueueOperation& operation, sim::PlanBuilder& plan) {
    const bool sharing = description_.order == Order::kSharing;
    const std::optional<sim::StationId> held = sharing ? places_ : std::optional(headline_);
    const bool holds = held.has_value() && has_demand(operation.spec.steps);
    StepEmitter emitter;
    emitter.demand = [&](sim::PlanBuilder& steps, sim::LawId law, std::string_view name) {
      if (sharing) {
        steps.compute(headline_, law, name);
      } else {
        steps.delay(law, name);
      }
    };
    if (holds) plan.acquire(*held, Duration::infinite(), operation.priority);
    compile_steps(compiler, site_, operation.spec.name, operation.spec.steps, plan, emitter);
    if (holds) plan.release(*held);
  }

  using Duration = sim::Duration;
  DeploymentSite site_;
  QueueDescription description_;
  bool fused_ = false;
  sim::StationId headline_;
  std::optional<sim::StationId> places_;
  std::map<std::string, sim::PlanId, std::less<>> plans_;
  Handles handles_;
};

void refuse_cpu_time(const std::vector<OperationStep>& steps, io::Problems& problems) {
  for (const OperationStep& step : steps) {
    if (step.kind == OperationStep::Kind::kCpuTime) {
      problems.error(step.place, "a queue has servers, no processors", "\"demand\"");
    }
    for (const auto& branch : step.branches) refuse_cpu_time(branch, problems);
    if (step.call) refuse_cpu_time(step.call->on_miss, problems);
  }
}

class QueueKind final : public ServiceKind {
 public:
  std::string_view name() const override { return "queue"; }
  std::string_view summary() const override {
    return "a plain queueing station: servers, a discipline, limits";
  }
  std::vector<MeterSpec> meters() const override {
    return {{"requests", "requests", "requests received, those turned away included"}};
  }

  std::unique_ptr<DeploymentModel> read(const Platform& platform, const DeploymentSite& site,
                                        const io::Value& value,
                                        io::Problems& problems) const override {
    io::ObjectReader r(value, problems);
    QueueDescription description;
    description.servers = static_cast<std::uint32_t>(
        r.optional_count({"servers", "servers in parallel", "ours: the simplest station"}, 1,
                         {.min = 1, .max = 1'000'000}));
    description.order =
        r.optional_enum({"discipline", "who is served next", "ours: the simplest discipline"},
                        Order::kFifo, kOrders);
    const auto limit =
        r.maybe_count({"queueLimit", "waiting places beyond the servers; 0 is a pure loss system",
                       "", "no limit"},
                      {.min = 0, .max = 1'000'000'000});
    if (limit) description.queue_limit = static_cast<std::uint32_t>(*limit);
    const auto concurrency = r.maybe_count(
        {"maxConcurrency", "under processor-sharing: requests that share at once", "", "no limit"},
        {.min = 1, .max = 1'000'000});
    if (concurrency) description.max_concurrency = static_cast<std::uint32_t>(*concurrency);
    check_limits(r, description);
    const bool some = r.map({"operations", "what it can be asked to do"},
                            [&](std::string_view operation, io::ObjectReader& o) {
                              read_one(platform, site, operation, o, description);
                            });
    if (!some && !r.describing()) r.error("operations", "a queue without operations does nothing");
    r.finish();
    return std::make_unique<QueueModel>(site, std::move(description));
  }

 private:
  static void check_limits(io::ObjectReader& r, const QueueDescription& description) {
    if (r.describing()) return;
    const bool sharing = description.order == Order::kSharing;
    if (description.max_concurrency && !sharing) {
      r.error("maxConcurrency", "only a processor-sharing station shares", "\"servers\"");
    }
    if (sharing && description.queue_limit != sim::kNone && !description.max_concurrency) {
      r.error("queueLimit", "nobody waits at a processor-sharing station without maxConcurrency");
    }
  }

  static void read_one(const Platform& platform, const DeploymentSite& site, std::string_view name,
                       io::ObjectReader& o, QueueDescription& description) {
    QueueOperation operation;
    operation.priority = static_cast<std::uint16_t>(o.optional_count(
        {"priority", "under discipline priority: lower goes first", "ours: all alike"}, 0,
        {.min = 0, .max = 1000}));
    operation.spec = read_operation(platform, site, name, o.value(), {"priority"}, o.problems());
    refuse_cpu_time(operation.spec.steps, o.problems());
    if (operation.spec.steps.empty() && !o.describing()) {
      o.problems().error(o.place(), "operation " + io::quote(name) + " does nothing",
                         "steps, or a demand and calls");
    }
    o.leave_open();
    description.operations.push_back(std::move(operation));
  }
};

}  // namespace

const ServiceKind& queue_kind() {
  static const QueueKind kind;
  return kind;
}

}  // namespace lifeboat::models
