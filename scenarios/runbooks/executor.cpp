#include "scenarios/runbooks/executor.hpp"

#include <algorithm>
#include <utility>

#include "scenarios/runbooks/execution.hpp"

namespace lifeboat::scenarios {

namespace {

class RunbookController final : public sim::Controller {
 public:
  explicit RunbookController(RunbookPlan plan) : plan_(std::move(plan)), layout_(plan_) {}

  [[nodiscard]] std::string name() const override {
    return "runbook/" + (plan_.luck.empty() ? plan_.name : plan_.luck);
  }
  [[nodiscard]] std::size_t state_size() const override { return layout_.size(); }
  void start(void* state, sim::Control& control) const override {
    layout_.construct(state);
    detail::Execution(plan_, layout_, state, control).begin();
  }
  void wake(void* state, sim::Control& control) const override {
    detail::Execution(plan_, layout_, state, control).advance();
  }

 private:
  RunbookPlan plan_;
  detail::ExecutionLayout layout_;
};

}  // namespace

std::shared_ptr<const sim::Controller> make_runbook_controller(RunbookPlan plan) {
  return std::make_shared<RunbookController>(std::move(plan));
}

std::vector<sim::RegisterId> watched_registers(const RunbookPlan& plan) {
  std::vector<sim::RegisterId> result{plan.watched, plan.faults_begun};
  for (const auto& step : plan.steps) {
    result.push_back(step.needs);
    for (const auto& action : step.actions) result.push_back(action.changes);
  }
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  result.erase(std::remove_if(result.begin(), result.end(),
                              [](sim::RegisterId reg) { return !reg.valid(); }),
               result.end());
  return result;
}

}  // namespace lifeboat::scenarios
