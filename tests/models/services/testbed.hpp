// A platform written in a test, compiled, fed with Poisson traffic and run.
//
//     Testbed bed(R"({ "regions": ..., "services": ..., "journeys": ... })");
//     bed.traffic("find", 100);                                  // a second, open
//     bed.at(30, [&](sim::Control& c) { ... });                  // done by a fault at 30 s
//     const sim::TrialResult result = bed.run(Duration::seconds(100));
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "models/io/document.hpp"
#include "models/io/problems.hpp"
#include "models/platform/compile.hpp"
#include "models/platform/meter_readings.hpp"
#include "models/platform/platform.hpp"
#include "sim/control/control.hpp"
#include "sim/trial/trial.hpp"
#include "tests/catch.hpp"

namespace lifeboat::tests {

/// Everything that is wrong with a platform whose body is `json`, one line each.
inline std::vector<std::string> problems_of(const std::string& json) {
  models::io::Problems problems;
  const auto document = models::io::Document::parse_text(json, "p.json", problems);
  if (document) (void)models::load_platform(*document, {}, {}, problems);
  return problems.lines();
}

/// Does what a test says at the instants that it says, before anything else then.
class Script final : public sim::ControllerOf<std::uint32_t> {
 public:
  using Action = std::function<void(sim::Control&)>;
  explicit Script(std::multimap<sim::Instant, Action> actions) : actions_(std::move(actions)) {}
  [[nodiscard]] std::string name() const override { return "script"; }
  [[nodiscard]] bool is_fault() const override { return true; }

 protected:
  void start_with(std::uint32_t& done, sim::Control& control) const override {
    next(done, control);
  }
  void wake_with(std::uint32_t& done, sim::Control& control) const override {
    auto at = std::next(actions_.begin(), done);
    while (at != actions_.end() && at->first <= control.now()) {
      at->second(control);
      ++at;
      ++done;
    }
    next(done, control);
  }

 private:
  void next(std::uint32_t done, sim::Control& control) const {
    if (done < actions_.size()) control.wake_at(std::next(actions_.begin(), done)->first);
  }
  std::multimap<sim::Instant, Action> actions_;
};

class Testbed {
 public:
  explicit Testbed(const std::string& json, const models::CompileOptions& options = {}) {
    models::io::Problems problems;
    const auto document = models::io::Document::parse_text(json, "p.json", problems);
    REQUIRE(document);
    auto loaded = models::load_platform(*document, {}, {}, problems);
    for (const std::string& line : problems.lines()) FAIL_CHECK(line);
    REQUIRE_FALSE(problems.has_errors());
    platform_ = std::make_unique<models::Platform>(std::move(loaded.platform));
    compiled_ =
        std::make_unique<models::CompiledPlatform>(models::compile_platform(*platform_, options));
  }

  models::CompiledPlatform& compiled() { return *compiled_; }
  const models::Handles& handles(std::string_view service, std::string_view region) {
    const models::CompiledDeployment* found = compiled_->find(service, region);
    REQUIRE(found != nullptr);
    return found->handles();
  }
  const models::Verb& verb(std::string_view service, std::string_view region,
                           std::string_view block) {
    for (const models::Verb& verb : handles(service, region).verbs) {
      if (verb.block == block) return verb;
    }
    FAIL("no verb " << block);
    throw std::logic_error("unreachable");
  }
  void traffic(const std::string& journey, double per_second) {
    sim::Source source;
    source.name = journey;
    source.rate.points = {{sim::Instant::origin(), per_second}};
    sim::Source::Choice choice;
    choice.journey = compiled_->journeys.at(journey);
    choice.share.points = {{sim::Instant::origin(), 1.0}};
    source.mix = {choice};
    compiled_->network().add_source(std::move(source));
  }
  /// `per_second` until `ends`, nothing from then on.
  void traffic_until(const std::string& journey, double per_second, double ends) {
    sim::Source source;
    source.name = journey;
    source.rate.points = {{sim::Instant::origin(), per_second},
                          {sim::Instant::from_seconds(ends), per_second},
                          {sim::Instant::from_seconds(ends), 0}};
    sim::Source::Choice choice;
    choice.journey = compiled_->journeys.at(journey);
    choice.share.points = {{sim::Instant::origin(), 1.0}};
    source.mix = {choice};
    compiled_->network().add_source(std::move(source));
  }
  void at(double seconds, Script::Action action) {
    actions_.emplace(sim::Instant::from_seconds(seconds), std::move(action));
  }
  const sim::Network& build() {
    if (!network_) {
      compiled_->network().add_controller(std::make_shared<Script>(actions_));
      network_ = compiled_->network().build();
    }
    return *network_;
  }
  sim::TrialResult run(sim::Duration duration, sim::Duration warmup = {}, std::uint64_t seed = 1) {
    sim::RunOptions options;
    options.seed = seed;
    options.duration = duration;
    options.warmup = warmup;
    options.quantile_bin = sim::Duration::infinite();
    return sim::run_trial(build(), options, 0);
  }
  /// What a service's meter reads of a run.
  double metered(const sim::TrialResult& result, std::string_view service, std::string_view region,
                 std::string_view meter, const std::vector<double>& plan_rates = {}) {
    models::MeterReadings used(plan_rates);
    used.add(result);
    for (const models::Meter& each : handles(service, region).meters) {
      if (each.name == meter) return each.read(used);
    }
    FAIL("no meter " << meter);
    return 0;
  }
  double metric(sim::Control& control, std::string_view service, std::string_view region,
                std::string_view name) {
    for (const models::Metric& each : handles(service, region).metrics) {
      if (each.name == name) return each.read(control);
    }
    FAIL("no metric " << name);
    return 0;
  }
  /// Sets a register by its name.
  Script::Action set(const std::string& name, std::int64_t value) {
    return [name, value](sim::Control& control) {
      const sim::RegisterId reg = control.network().find_register(name);
      REQUIRE(reg.valid());
      control.set(reg, value);
    };
  }
  std::size_t journey(const std::string& name) { return compiled_->journeys.at(name).index(); }
  std::size_t station(const std::string& name) {
    const auto& stations = compiled_->network().so_far().stations;
    for (std::size_t i = 0; i < stations.size(); ++i) {
      if (stations[i].name == name) return i;
    }
    FAIL("no station " << name);
    return 0;
  }
  /// The whole loss of a region as a fault makes it: gates, streams, registers.
  Script::Action lose(const std::string& region) {
    return [this, region](sim::Control& control) {
      const models::CompiledRegion& lost = *compiled_->find_region(region);
      outage_ = control.begin_effect(lost.deployments, sim::Effect{});
      for (const sim::LogId log : logs_from(control, lost)) control.freeze_log(log);
      control.set(lost.up, 0);
      control.set(lost.control_plane, 0);
    };
  }
  /// The end of that loss.
  Script::Action bring_back(const std::string& region) {
    return [this, region](sim::Control& control) {
      const models::CompiledRegion& back = *compiled_->find_region(region);
      control.end_effect(outage_);
      for (const sim::LogId log : logs_from(control, back)) control.thaw_log(log);
      control.set(back.up, 1);
      control.set(back.control_plane, 1);
    };
  }

 private:
  static std::vector<sim::LogId> logs_from(sim::Control& control,
                                           const models::CompiledRegion& region) {
    std::vector<sim::LogId> logs;
    for (std::uint32_t i = 0; i < control.network().logs.size(); ++i) {
      const sim::DeploymentId from = control.network().logs[i].from;
      if (control.network().deployments[from.index()].region == region.id) logs.emplace_back(i);
    }
    return logs;
  }

  sim::EffectId outage_;
  std::unique_ptr<models::Platform> platform_;
  std::unique_ptr<models::CompiledPlatform> compiled_;
  std::multimap<sim::Instant, Script::Action> actions_;
  std::shared_ptr<const sim::Network> network_;
};

}  // namespace lifeboat::tests
