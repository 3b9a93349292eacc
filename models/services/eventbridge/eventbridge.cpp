#include "models/services/eventbridge/eventbridge.hpp"

#include <utility>

#include "models/platform/meter_readings.hpp"
#include "models/platform/platform.hpp"
#include "models/platform/shared_bucket.hpp"
#include "models/services/eventbridge/description.hpp"

namespace lifeboat::models {

namespace {

using eventbridge::Description;

class EventbridgeModel final : public DeploymentModel {
 public:
  EventbridgeModel(DeploymentSite site, Description description)
      : site_(std::move(site)), d_(std::move(description)) {
    for (const DeliverySpec& spec : d_.deliveries) deliveries_.emplace_back(spec);
  }

  [[nodiscard]] std::vector<std::string> operations() const override { return {"put"}; }
  [[nodiscard]] std::vector<OperationCalls> calls() const override {
    std::vector<const CallSpec*> made;
    for (const DeliverySpec& spec : d_.deliveries) {
      made.push_back(&spec.call);
      if (spec.dead_letter) made.push_back(&*spec.dead_letter);
    }
    return {{"put", made}};
  }
  void declare(Compiler& compiler) override;
  void define(Compiler& compiler) override;
  [[nodiscard]] sim::PlanId plan(std::string_view operation) const override {
    return operation == "put" ? put_ : sim::PlanId{};
  }
  [[nodiscard]] const Handles& handles() const override { return handles_; }

 private:
  DeploymentSite site_;
  Description d_;
  Handles handles_;
  std::vector<Delivery> deliveries_;
  sim::PlanId put_;
};

void EventbridgeModel::declare(Compiler& compiler) {
  put_ = compiler.network().declare_plan(site_.service + ".put", compiler.deployment(site_));
  for (Delivery& delivery : deliveries_) {
    delivery.declare(compiler, site_);
    handles_.buffers.push_back(delivery.buffer());
  }
}

// Both rates are the account's in the region, over all its buses; a second's worth at once.
void EventbridgeModel::define(Compiler& compiler) {
  const std::string name = "eventbridge@" + site_.region;
  const double puts = compiler.quota(site_.region, "eventBridgePutEvents");
  const double invocations = compiler.quota(site_.region, "eventBridgeInvocations");
  sim::PlanBuilder plan = compiler.network().define(put_);
  plan.gate();
  plan.throttle(shared_bucket(compiler, name + "/put-events", puts, puts));
  plan.delay(compiler.network().add_law(d_.put), "put");
  for (const Delivery& delivery : deliveries_) delivery.emit_put(plan);
  plan.finish();
  const sim::BucketId rate =
      shared_bucket(compiler, name + "/invocations", invocations, invocations);
  for (Delivery& delivery : deliveries_) delivery.define(compiler, site_, rate);
  follow_delivery(compiler, site_, "put", deliveries_);
  handles_.metrics = delivery_metrics(deliveries_);
  handles_.meters = {{"events", [here = compiler.deployment(site_)](const MeterReadings& used) {
                        return used.entered(here);
                      }}};
}

class EventbridgeKind final : public ServiceKind {
 public:
  [[nodiscard]] std::string_view name() const override { return "eventbridge"; }
  [[nodiscard]] std::string_view summary() const override {
    return "an event bus: rules, targets, delivery with retries for a day, dead letters";
  }
  [[nodiscard]] std::vector<MeterSpec> meters() const override {
    return {{"events", "events", "custom events put, those throttled included"}};
  }
  [[nodiscard]] std::unique_ptr<DeploymentModel> read(const Platform& platform,
                                                      const DeploymentSite& site,
                                                      const io::Value& description,
                                                      io::Problems& problems) const override {
    return std::make_unique<EventbridgeModel>(
        site, eventbridge::read_description(platform, description, problems));
  }
};

}  // namespace

const ServiceKind& eventbridge_kind() {
  static const EventbridgeKind kind;
  return kind;
}

}  // namespace lifeboat::models
