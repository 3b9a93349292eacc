#include "models/services/fraud_detector/fraud_detector.hpp"

#include <algorithm>
#include <utility>

#include "models/io/reader.hpp"
#include "models/platform/compiler.hpp"
#include "models/platform/meter_readings.hpp"
#include "models/replication/store.hpp"

namespace lifeboat::models {

namespace {

using sim::Duration;
using sim::Law;

/// Predictions under way have no limit of their own: the rate is limited.
constexpr std::uint32_t kNoLimit = 1'000'000;

struct Operation {
  std::string name;
  sim::Law latency;
  bool rules_only = false;
};

struct Description {
  double request_rate = 200;
  std::uint32_t models = 1;
  std::vector<Operation> operations;
};

sim::Law standard_latency() {
  return Law::lognormal_quantiles(Duration::milliseconds(120), Duration::milliseconds(600));
}

void read_operation_keys(io::ObjectReader& o, Operation& op) {
  op.latency = o.optional_law(
      {"latency", "time of one prediction inside the region", "guess: p50 120 ms, p99 600 ms"},
      op.latency);
  op.rules_only =
      o.optional_boolean({"rulesOnly", "a prediction by rules without a model, at its own price",
                          "ours: with a model"},
                         op.rules_only);
}

Description read_description(const io::Value& value, io::Problems& problems) {
  Description d;
  io::ObjectReader r(value, problems);
  d.request_rate =
      r.optional_rate({"requestRate", "predictions a second that the account's quota lets pass",
                       "AWS service quotas, rate of GetPrediction requests (L-7D855745, 2026)"},
                      io::Rate{200}, {.min = io::Rate{1}})
          .per_second;
  d.models = static_cast<std::uint32_t>(
      r.optional_count({"models", "deployed model versions, billed by the hour",
                        "ours: one detector with one model"},
                       1, {.min = 0, .max = 1000}));
  d.operations = {{"predict", standard_latency(), false}};
  r.map({"operations", "changes of predict, and predictions beside it"},
        [&](std::string_view name, io::ObjectReader& o) {
          auto at = std::find_if(d.operations.begin(), d.operations.end(),
                                 [&](const Operation& op) { return op.name == name; });
          if (at == d.operations.end()) {
            d.operations.push_back({std::string(name), standard_latency(), false});
            at = std::prev(d.operations.end());
          }
          read_operation_keys(o, *at);
        });
  r.finish();
  return d;
}

class FraudDetectorModel final : public DeploymentModel {
 public:
  FraudDetectorModel(DeploymentSite site, Description description)
      : site_(std::move(site)), d_(std::move(description)) {}

  [[nodiscard]] std::vector<std::string> operations() const override {
    std::vector<std::string> names;
    for (const Operation& op : d_.operations) names.push_back(op.name);
    return names;
  }
  [[nodiscard]] sim::PlanId plan(std::string_view operation) const override {
    for (std::size_t i = 0; i < plans_.size(); ++i) {
      if (d_.operations[i].name == operation) return plans_[i];
    }
    return {};
  }
  [[nodiscard]] const Handles& handles() const override { return handles_; }
  void declare(Compiler& compiler) override;
  void define(Compiler& compiler) override;

 private:
  void define_meters();

  DeploymentSite site_;
  Description d_;
  Handles handles_;
  std::vector<sim::PlanId> plans_;
  sim::BucketId quota_;
  sim::StationId predictions_;
  sim::StationId rules_;
};

void FraudDetectorModel::declare(Compiler& compiler) {
  sim::NetworkBuilder& network = compiler.network();
  const std::string name = name_of(site_);
  // The quota is held over a second: guess, 0.1 to 10 s.
  quota_ = network.add_bucket({name + "/requests", d_.request_rate, d_.request_rate});
  sim::Station station;
  station.name = name + "/predictions";
  station.deployment = compiler.deployment(site_);
  station.servers = kNoLimit;
  predictions_ = network.add_station(station);
  station.name = name + "/rule-predictions";
  rules_ = network.add_station(station);
  handles_.headline = predictions_;
  handles_.stations.emplace_back("rule-predictions", rules_);
  for (const Operation& op : d_.operations) {
    plans_.push_back(network.declare_plan(site_.service + "." + op.name, station.deployment));
  }
}

void FraudDetectorModel::define(Compiler& compiler) {
  for (std::size_t i = 0; i < plans_.size(); ++i) {
    const Operation& op = d_.operations[i];
    sim::PlanBuilder plan = compiler.network().define(plans_[i]);
    plan.gate();
    plan.throttle(quota_);
    plan.visit(op.rules_only ? rules_ : predictions_, compiler.network().add_law(op.latency),
               "latency");
    plan.finish();
  }
  handles_.metrics.push_back({"predictionsInProgress", "1", "predictions under way now",
                              [id = predictions_](sim::Control& control) {
                                return static_cast<double>(control.station(id).in_service);
                              }});
  define_meters();
}

void FraudDetectorModel::define_meters() {
  const auto served = [](sim::StationId id) {
    return [id](const MeterReadings& used) { return used.completions(id); };
  };
  handles_.meters = {{"predictions", served(predictions_)},
                     {"rule-predictions", served(rules_)},
                     {"hosting-hours", [models = d_.models](const MeterReadings& used) {
                        return models * used.hours();
                      }}};
}

class FraudDetectorKind final : public ServiceKind {
 public:
  [[nodiscard]] std::string_view name() const override { return "fraud-detector"; }
  [[nodiscard]] std::string_view summary() const override {
    return "predictions of fraud at a limited rate";
  }
  [[nodiscard]] std::vector<MeterSpec> meters() const override {
    return {{"predictions", "predictions", "predictions answered; throttled ones cost nothing"},
            {"rule-predictions", "predictions", "answered by rules without a model"},
            {"hosting-hours", "h", "time of deployed model versions, used or not"}};
  }
  [[nodiscard]] std::unique_ptr<DeploymentModel> read(const Platform&, const DeploymentSite& site,
                                                      const io::Value& description,
                                                      io::Problems& problems) const override {
    return std::make_unique<FraudDetectorModel>(site, read_description(description, problems));
  }
};

}  // namespace

const ServiceKind& fraud_detector_kind() {
  static const FraudDetectorKind kind;
  return kind;
}

}  // namespace lifeboat::models
