#include "models/replication/creation.hpp"

#include <memory>
#include <utility>

#include "models/replication/opening.hpp"
#include "sim/control/control.hpp"
#include "sim/control/controller.hpp"

namespace lifeboat::models {

namespace {

struct CreationPlan {
  std::string subject;
  std::string region;
  sim::DeploymentId deployment;
  sim::RegisterId progress;
  sim::RegisterId control_plane;
  sim::LawId takes;
};

struct CreationState {
  sim::EffectId absent;
  sim::Instant ready;
};

class StackController final : public sim::ControllerOf<CreationState> {
 public:
  explicit StackController(CreationPlan plan) : plan_(std::move(plan)) {}
  [[nodiscard]] std::string name() const override { return plan_.subject + "/stack"; }

 protected:
  void start_with(CreationState& state, sim::Control& control) const override {
    state.absent = control.begin_effect({plan_.deployment}, sim::Effect{});
  }
  void wake_with(CreationState& state, sim::Control& control) const override {
    const auto progress = static_cast<Progress>(control.value(plan_.progress));
    if (progress == Progress::kAsked && control.value(plan_.control_plane) != 0) {
      state.ready = control.now() + control.draw(plan_.takes, "creation", 0);
      control.wake_at(state.ready);
      control.set(plan_.progress, static_cast<std::int64_t>(Progress::kRunning));
      control.log_event("creation", plan_.subject, plan_.region,
                        "creation of " + plan_.subject + " begins");
    } else if (progress == Progress::kRunning && control.now() >= state.ready) {
      control.end_effect(state.absent);
      control.set(plan_.progress, static_cast<std::int64_t>(Progress::kDone));
      control.log_event("creation", plan_.subject, plan_.region, plan_.subject + " is there");
    }
  }

 private:
  CreationPlan plan_;
};

}  // namespace

sim::Law read_creation_time(io::ObjectReader& reader, const sim::Law& standard,
                            std::string_view source) {
  return reader.optional_law(
      {"creationTime", "from the call that creates it until it is there; used where it is absent",
       source},
      standard);
}

CreationSpec read_creation(io::ObjectReader& reader, const sim::Law& standard,
                           std::string_view source) {
  constexpr io::Choice<bool> kStates[] = {
      {"present", false, "it runs"},
      {"absent", true, "it has to be created: cloudFormationCreateStack"},
  };
  CreationSpec spec;
  spec.absent = reader.optional_enum(
      {"initial", "whether it is there when the run begins", "ours: it is"}, false, kStates);
  spec.takes = read_creation_time(reader, standard, source);
  return spec;
}

void define_creation(Compiler& compiler, const DeploymentSite& site, const CreationSpec& spec,
                     Handles& handles) {
  if (!spec.absent) return;
  sim::NetworkBuilder& network = compiler.network();
  CreationPlan plan;
  plan.subject = name_of(site);
  plan.region = site.region;
  plan.deployment = compiler.deployment(site);
  plan.progress = network.add_register(plan.subject + "/stack", 0);
  plan.control_plane = compiler.control_plane(site.region);
  plan.takes = network.add_law(spec.takes);
  handles.verbs.push_back(progress_verb("cloudFormationCreateStack",
                                        "creates what is not there: infrastructure as code",
                                        plan.progress));
  const std::vector<sim::RegisterId> watches = {plan.progress, plan.control_plane};
  network.add_controller(std::make_shared<StackController>(std::move(plan)), watches);
}

}  // namespace lifeboat::models
