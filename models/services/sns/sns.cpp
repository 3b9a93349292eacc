#include "models/services/sns/sns.hpp"

#include <utility>

#include "models/platform/meter_readings.hpp"
#include "models/platform/platform.hpp"
#include "models/platform/shared_bucket.hpp"
#include "models/services/sns/description.hpp"

namespace lifeboat::models {

namespace {

using sns::Description;
using sns::Protocol;
using sns::Subscription;

class SnsModel final : public DeploymentModel {
 public:
  SnsModel(DeploymentSite site, Description description)
      : site_(std::move(site)), d_(std::move(description)) {
    for (const Subscription& one : d_.subscriptions) deliveries_.emplace_back(one.delivery);
  }

  [[nodiscard]] std::vector<std::string> operations() const override { return {"publish"}; }
  [[nodiscard]] std::vector<OperationCalls> calls() const override {
    std::vector<const CallSpec*> made;
    for (const Subscription& one : d_.subscriptions) {
      made.push_back(&one.delivery.call);
      if (one.delivery.dead_letter) made.push_back(&*one.delivery.dead_letter);
    }
    return {{"publish", made}};
  }
  void declare(Compiler& compiler) override;
  void define(Compiler& compiler) override;
  [[nodiscard]] sim::PlanId plan(std::string_view operation) const override {
    return operation == "publish" ? publish_ : sim::PlanId{};
  }
  [[nodiscard]] const Handles& handles() const override { return handles_; }

 private:
  [[nodiscard]] double share_of(Protocol protocol) const {
    double sum = 0;
    for (const Subscription& one : d_.subscriptions) {
      if (one.protocol == protocol) sum += one.delivery.call.probability;
    }
    return sum;
  }

  DeploymentSite site_;
  Description d_;
  Handles handles_;
  std::vector<Delivery> deliveries_;
  sim::PlanId publish_;
};

void SnsModel::declare(Compiler& compiler) {
  publish_ =
      compiler.network().declare_plan(site_.service + ".publish", compiler.deployment(site_));
  for (Delivery& delivery : deliveries_) {
    delivery.declare(compiler, site_);
    handles_.buffers.push_back(delivery.buffer());
  }
}

// The rate is the account's in the region, over all its topics; a second's worth at once.
void SnsModel::define(Compiler& compiler) {
  const double rate = compiler.quota(site_.region, "snsPublish");
  sim::PlanBuilder plan = compiler.network().define(publish_);
  plan.gate();
  plan.throttle(shared_bucket(compiler, "sns@" + site_.region + "/publish", rate, rate));
  plan.delay(compiler.network().add_law(d_.publish), "publish");
  for (const Delivery& delivery : deliveries_) delivery.emit_put(plan);
  plan.finish();
  for (Delivery& delivery : deliveries_) delivery.define(compiler, site_, {});
  follow_delivery(compiler, site_, "publish", deliveries_);
  handles_.metrics = delivery_metrics(deliveries_);
  const sim::DeploymentId here = compiler.deployment(site_);
  const auto part = [here](double share) {
    return [here, share](const MeterReadings& used) { return share * used.entered(here); };
  };
  handles_.meters = {{"requests", part(1)},
                     {"aws-deliveries", part(share_of(Protocol::kAws))},
                     {"http-deliveries", part(share_of(Protocol::kHttp))},
                     {"other-deliveries", part(share_of(Protocol::kPerson))}};
}

class SnsKind final : public ServiceKind {
 public:
  [[nodiscard]] std::string_view name() const override { return "sns"; }
  [[nodiscard]] std::string_view summary() const override {
    return "a topic: copies to queues, functions and endpoints, with retries and dead letters";
  }
  [[nodiscard]] std::vector<MeterSpec> meters() const override {
    return {{"requests", "requests", "messages published, those throttled included"},
            {"aws-deliveries", "deliveries", "first attempts to queues and functions"},
            {"http-deliveries", "deliveries", "first attempts by HTTP; retries are left out"},
            {"other-deliveries", "deliveries", "first attempts by e-mail, SMS and mobile push"}};
  }
  [[nodiscard]] std::unique_ptr<DeploymentModel> read(const Platform& platform,
                                                      const DeploymentSite& site,
                                                      const io::Value& description,
                                                      io::Problems& problems) const override {
    return std::make_unique<SnsModel>(site, sns::read_description(platform, description, problems));
  }
};

}  // namespace

const ServiceKind& sns_kind() {
  static const SnsKind kind;
  return kind;
}

}  // namespace lifeboat::models
