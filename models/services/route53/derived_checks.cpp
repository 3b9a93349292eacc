#include "models/services/route53/derived_checks.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "models/io/level.hpp"
#include "models/io/problems.hpp"
#include "models/io/suggest.hpp"
#include "models/platform/compile.hpp"
#include "models/services/route53/health_checker.hpp"
#include "models/watching/metric_bins.hpp"
#include "sim/control/control.hpp"
#include "sim/control/controller.hpp"

namespace lifeboat::models {
namespace {

using sim::Control;
using sim::Duration;
using sim::Instant;

constexpr std::uint32_t kSamples = 10;  // of a period

void tell(Control& control, const HealthCheckSpec& spec, sim::RegisterId status, bool healthy,
          const std::string& why) {
  if ((control.value(status) != 0) == healthy) return;
  control.set(status, healthy ? 1 : 0);
  control.log_event("health-check", spec.name, spec.region,
                    (healthy ? "healthy: " : "unhealthy: ") + why, "health check");
}

struct NoState {};

class CalculatedCheck final : public sim::ControllerOf<NoState> {
 public:
  CalculatedCheck(HealthCheckSpec spec, std::vector<sim::RegisterId> children,
                  sim::RegisterId status)
      : spec_(std::move(spec)), children_(std::move(children)), status_(status) {}
  std::string name() const override { return "health-check/" + spec_.name; }

 private:
  void start_with(NoState&, Control& control) const override { judge(control); }
  void wake_with(NoState&, Control& control) const override { judge(control); }

  void judge(Control& control) const {
    const auto healthy =
        std::count_if(children_.begin(), children_.end(),
                      [&](const sim::RegisterId child) { return control.value(child) != 0; });
    tell(control, spec_, status_, healthy >= static_cast<std::int64_t>(spec_.health_threshold),
         fmt::format("{} of {} checks are healthy, {} needed", healthy, children_.size(),
                     spec_.health_threshold));
  }

  HealthCheckSpec spec_;
  std::vector<sim::RegisterId> children_;
  sim::RegisterId status_;
};

struct MetricState {
  MetricBins bins;
  double sum = 0;
  std::uint32_t samples = 0;
  std::uint32_t seen = 0;  ///< of this bin, those that were published at all included
  std::uint32_t bins_closed = 0;
  AlarmState alarm = AlarmState::kInsufficientData;
};

class MetricCheck final : public sim::ControllerOf<MetricState> {
 public:
  struct Wiring {
    sim::RegisterId status;
    MetricsFeed feed;
    sim::RegisterId region_up;
    sim::LawId publication;
    std::function<double(Control&)> read;
    CheckFaults faults;
  };
  MetricCheck(HealthCheckSpec spec, Wiring wiring)
      : spec_(std::move(spec)), wiring_(std::move(wiring)) {}
  std::string name() const override { return "health-check/" + spec_.name; }

 private:
  Duration step() const { return spec_.alarm.period / static_cast<std::int64_t>(kSamples); }

  void start_with(MetricState& state, Control& control) const override {
    const double phase = control.uniform("phase", 0) * step().to_seconds();
    state.seen = static_cast<std::uint32_t>(control.uniform("bin", 0) * kSamples);
    control.wake_at(control.now() + Duration::from_seconds(phase));
  }

  void wake_with(MetricState& state, Control& control) const override {
    sample(state, control);
    judge(state, control);
    control.wake_at(control.now() + step());
  }

  void sample(MetricState& state, Control& control) const {
    // What stands in no region (a CDN) has no region's monitoring to lose.
    const bool up = !wiring_.region_up.valid() || control.value(wiring_.region_up) != 0;
    if (up && !wiring_.feed.lost(control)) {
      state.sum += wiring_.read(control);
      ++state.samples;
    }
    if (++state.seen < kSamples) return;
    Datapoint point;
    point.present = state.samples > 0;
    point.value = point.present ? state.sum / state.samples : 0;
    point.visible_at = control.now() + wiring_.feed.late(control) +
                       control.draw(wiring_.publication, "publication", state.bins_closed++);
    state.bins.close(point);
    state.sum = 0;
    state.samples = 0;
    state.seen = 0;
  }

  void judge(MetricState& state, Control& control) const {
    if (control.value(wiring_.faults.blind) > 0) return;
    // A new check is healthy until there are data.
    if (!state.bins.visible(control.now(), 0)) return;
    state.alarm = evaluate(spec_.alarm, state.bins, control.now(), state.alarm);
    bool healthy = state.alarm == AlarmState::kOk;
    if (state.alarm == AlarmState::kInsufficientData) {
      using Insufficient = HealthCheckSpec::Insufficient;
      if (spec_.insufficient == Insufficient::kLastKnownStatus) return;
      healthy = spec_.insufficient == Insufficient::kHealthy;
    }
    if ((control.value(wiring_.status) != 0) == healthy) return;
    const auto latest = state.bins.latest_present(control.now(), spec_.alarm.range());
    tell(control, spec_, wiring_.status, healthy,
         latest ? fmt::format("{} of {}@{} is {:.4g}{}", spec_.metric, spec_.service, spec_.region,
                              latest->value, healthy ? "" : ", in alarm")
                : "too few datapoints of " + spec_.metric);
  }

  HealthCheckSpec spec_;
  Wiring wiring_;
};

const Metric* find_metric(const DeploymentModel& model, std::string_view name) {
  for (const Metric& metric : model.handles().metrics) {
    if (metric.name == name) return &metric;
  }
  return nullptr;
}

}  // namespace

void add_calculated_check(Compiler& compiler, const HealthCheckSpec& spec) {
  std::vector<sim::RegisterId> children;
  for (const std::string& child : spec.children) children.push_back(compiler.health_check(child));
  compiler.network().add_controller(
      std::make_shared<CalculatedCheck>(spec, children, compiler.health_check(spec.name)),
      children);
}

void add_metric_check(Compiler& compiler, const HealthCheckSpec& spec) {
  const DeploymentModel* model = compiler.model(spec.service, spec.region);
  if (model == nullptr) return;
  const Metric* metric = find_metric(*model, spec.metric);
  if (metric == nullptr) return;
  MetricCheck::Wiring wiring;
  wiring.status = compiler.health_check(spec.name);
  const Monitoring monitoring = compiler.monitoring(spec.region);
  wiring.feed = monitoring.feed;
  if (!spec.region.empty()) wiring.region_up = compiler.region_up(spec.region);
  wiring.publication = compiler.network().add_law(monitoring.publication_delay(spec.alarm.period));
  monitoring.alarms->add(spec.alarm.period, 1);
  wiring.read = metric->read;
  wiring.faults = check_faults(compiler, spec.name);
  compiler.network().add_controller(std::make_shared<MetricCheck>(spec, std::move(wiring)));
}

void check_metric_checks(const Platform& platform, const CompiledPlatform& compiled,
                         io::Problems& problems) {
  for (const HealthCheckSpec& spec : platform.health_checks) {
    if (spec.kind != HealthCheckSpec::Kind::kAlarm) continue;
    const CompiledDeployment* watched = compiled.find(spec.service, spec.region);
    if (watched == nullptr) continue;
    const io::Place place = spec.place.member("alarm");
    if (const Metric* metric = find_metric(*watched->model, spec.metric)) {
      if (metric->unit == spec.threshold_unit) continue;
      problems.error(place.member("threshold"),
                     io::quote(metric->name) + " counts in " + io::quote(metric->unit),
                     std::string(io::level_of_unit(metric->unit)));
      continue;
    }
    std::vector<std::string> known;
    for (const Metric& metric : watched->handles().metrics) known.push_back(metric.name);
    problems.error(place.member("metricName"),
                   io::quote(spec.service) + " publishes no metric " + io::quote(spec.metric),
                   known.empty() ? "a service that publishes metrics" : io::one_of(known),
                   io::suggest(spec.metric, known));
  }
}

}  // namespace lifeboat::models
