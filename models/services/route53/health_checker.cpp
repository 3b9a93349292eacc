#include "models/services/route53/health_checker.hpp"

#include <algorithm>
#include <array>

#include "models/platform/platform.hpp"
#include "models/services/route53/derived_checks.hpp"

namespace lifeboat::models {
namespace {

using sim::Control;
using sim::Duration;
using sim::Instant;

constexpr std::uint32_t kCheckers = 16;
constexpr double kQuorum = 0.18;  // healthy while more than this share of checkers says so
constexpr Duration kConnect = Duration::seconds(4);
constexpr Duration kAnswer = Duration::seconds(2);

struct Checker {
  Instant next = Instant::never();
  std::uint32_t streak = 0;  // results in a row that differ from what it says
  bool says_healthy = true;
};

struct CheckState {
  std::array<Checker, kCheckers> checkers;
};

class HealthChecker final : public sim::ControllerOf<CheckState> {
 public:
  HealthChecker(HealthCheckSpec spec, sim::PlanId plan, sim::RegisterId status, CheckFaults faults)
      : spec_(std::move(spec)), plan_(plan), status_(status), faults_(faults) {}

  std::string name() const override { return "health-check/" + spec_.name; }

 private:
  void start_with(CheckState& state, Control& control) const override {
    const double interval = spec_.request_interval.to_seconds();
    for (std::uint32_t i = 0; i < kCheckers; ++i) {
      const double phase = control.uniform("phase", i);
      state.checkers[i].next = control.now() + Duration::from_seconds(phase * interval);
    }
    wake_for_next(state, control);
  }

  void wake_with(CheckState& state, Control& control) const override {
    for (std::uint32_t i = 0; i < kCheckers; ++i) {
      Checker& checker = state.checkers[i];
      if (checker.next > control.now()) continue;
      checker.next = Instant::never();  // until answered
      control.probe(plan_, kConnect + kAnswer, i);
    }
    wake_for_next(state, control);
  }

  void answered_with(CheckState& state, Control& control,
                     const sim::ProbeResult& result) const override {
    Checker& checker = state.checkers[result.cookie % kCheckers];
    checker.next = control.now() + spec_.request_interval;
    if (control.value(faults_.blind) > 0) return wake_for_next(state, control);
    const bool good = result.good && control.value(faults_.failing) == 0;
    if (good == checker.says_healthy) {
      checker.streak = 0;
    } else if (++checker.streak >= spec_.failure_threshold) {
      checker.says_healthy = good;
      checker.streak = 0;
      decide(state, control);
    }
    wake_for_next(state, control);
  }

  void decide(const CheckState& state, Control& control) const {
    const auto healthy = std::count_if(state.checkers.begin(), state.checkers.end(),
                                       [](const Checker& checker) { return checker.says_healthy; });
    const bool is_healthy = static_cast<double>(healthy) > kQuorum * kCheckers;
    if ((control.value(status_) != 0) == is_healthy) return;
    control.set(status_, is_healthy ? 1 : 0);
    control.log_event("health-check", spec_.name, spec_.region,
                      std::string(is_healthy ? "healthy" : "unhealthy") + ": " +
                          std::to_string(healthy) + " of " + std::to_string(kCheckers) +
                          " checkers pass",
                      spec_.service + "@" + spec_.region);
  }

  static void wake_for_next(const CheckState& state, Control& control) {
    Instant next = Instant::never();
    for (const Checker& checker : state.checkers) next = std::min(next, checker.next);
    if (!next.is_never()) control.wake_at(next);
  }

  HealthCheckSpec spec_;
  sim::PlanId plan_;
  sim::RegisterId status_;
  CheckFaults faults_;
};

/// What one checker's request does: connect (the deployment's gate), then be answered.
sim::PlanId probe_plan(Compiler& compiler, const HealthCheckSpec& spec,
                       const DeploymentSite& watched, const DeploymentModel& model) {
  sim::NetworkBuilder& network = compiler.network();
  const std::string name = "health-check." + spec.name;
  const sim::PlanId connect = network.declare_plan(name + "/connect", compiler.deployment(watched));
  sim::PlanBuilder gate = network.define(connect);
  gate.gate();
  gate.finish();
  const sim::PlanId root = network.declare_plan(name, {});
  sim::PlanBuilder plan = network.define(root);
  sim::CallPolicy within;
  within.timeout = kConnect;
  plan.call(connect, within, "connect");
  if (model.health_plan().valid()) {
    within.timeout = kAnswer;
    plan.call(model.health_plan(), within, "answer");
  }
  plan.finish();
  return root;
}

}  // namespace

CheckFaults check_faults(Compiler& compiler, const std::string& check) {
  return {compiler.shared_register("health-check/" + check + "/blind", 0),
          compiler.shared_register("health-check/" + check + "/failing", 0)};
}

void add_health_checkers(Compiler& compiler) {
  for (const HealthCheckSpec& spec : compiler.platform().health_checks) {
    using Kind = HealthCheckSpec::Kind;
    if (spec.kind == Kind::kCalculated) add_calculated_check(compiler, spec);
    if (spec.kind == Kind::kAlarm) add_metric_check(compiler, spec);
    if (spec.kind != Kind::kProbe) continue;
    const DeploymentSpec* watched = compiler.platform().find_deployment(spec.service, spec.region);
    const DeploymentModel* model = compiler.model(spec.service, spec.region);
    if (watched == nullptr || model == nullptr) continue;
    const sim::PlanId plan = probe_plan(compiler, spec, watched->site, *model);
    compiler.network().add_controller(std::make_shared<HealthChecker>(
        spec, plan, compiler.health_check(spec.name), check_faults(compiler, spec.name)));
  }
}

}  // namespace lifeboat::models
