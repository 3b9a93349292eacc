#include "models/services/xray/xray.hpp"

#include <utility>

#include "models/io/reader.hpp"
#include "models/platform/compiler.hpp"
#include "models/platform/meter_readings.hpp"
#include "models/platform/metrics.hpp"
#include "models/platform/services_in_reach.hpp"
#include "models/services/xray/sampler.hpp"

namespace lifeboat::models {
namespace {

struct Description {
  std::vector<std::string> entry;
  std::vector<std::string> traced;
  double reservoir = 1;
  double fixed_rate = 0.05;
  double quota = 2600;
};

class XrayModel final : public DeploymentModel {
 public:
  XrayModel(DeploymentSite site, Description description)
      : site_(std::move(site)), d_(std::move(description)) {}

  std::vector<std::string> operations() const override { return {}; }
  sim::PlanId plan(std::string_view) const override { return {}; }
  const Handles& handles() const override { return handles_; }

  void declare(Compiler& compiler) override {
    sim::NetworkBuilder& network = compiler.network();
    const std::string name = name_of(site_);
    traces_ = network.add_register(name + "/traces", 0);
    segments_ = network.add_register(name + "/segments", 0);
    lost_ = network.add_register(name + "/segments-lost", 0);
  }

  void define(Compiler& compiler) override {
    xray::SamplingPolicy policy;
    policy.name = name_of(site_);
    policy.entry = deployments_in_reach(compiler, site_, d_.entry);
    policy.traced = deployments_in_reach(compiler, site_, d_.traced);
    policy.reservoir = d_.reservoir;
    policy.fixed_rate = d_.fixed_rate;
    policy.segment_quota = d_.quota;
    policy.region_up = compiler.region_up(site_.region);
    policy.traces = traces_;
    policy.segments = segments_;
    policy.lost = lost_;
    compiler.network().add_controller(std::make_shared<xray::Sampler>(std::move(policy)));
    handles_.meters = {
        {"traces", [id = traces_](const MeterReadings& used) { return used.counted(id); }}};
    handles_.metrics.push_back(
        register_metric("tracesRecorded", "traces since the start", traces_));
    handles_.metrics.push_back(
        register_metric("segmentsReceived", "segments since the start", segments_));
    handles_.metrics.push_back(
        register_metric("segmentsLost", "segments beyond the quota, since the start", lost_));
  }

 private:
  DeploymentSite site_;
  Description d_;
  Handles handles_;
  sim::RegisterId traces_;
  sim::RegisterId segments_;
  sim::RegisterId lost_;
};

class XrayKind final : public ServiceKind {
 public:
  std::string_view name() const override { return "xray"; }
  std::string_view summary() const override {
    return "AWS X-Ray: a sample of a region's requests, and what the quota loses of it";
  }
  std::vector<MeterSpec> meters() const override {
    return {{"traces", "traces", "traces recorded; retrieving and scanning them is left out"}};
  }

  std::unique_ptr<DeploymentModel> read(const Platform& platform, const DeploymentSite& site,
                                        const io::Value& value,
                                        io::Problems& problems) const override {
    io::ObjectReader r(value, problems);
    Description d;
    d.entry = read_services_in_reach(
        r, platform, site, {"entry", "services where requests are counted and may be traced"});
    if (!r.describing() && !r.has("entry")) {
      r.error("entry", "requests must enter somewhere", "\"entry\": SERVICE");
    }
    d.traced = read_services_in_reach(
        r, platform, site,
        {"traced", "services whose visits are a trace's segments", "", "those in entry"});
    if (d.traced.empty()) d.traced = d.entry;
    constexpr std::string_view rule =
        "X-Ray Developer Guide, concepts: one request a second and 5 % of the rest, as of 2022-06";
    d.reservoir = r.optional_number(
        {"reservoirSize", "requests traced each second before the rate counts", rule}, 1,
        {.min = 0, .max = 1e6});
    d.fixed_rate =
        r.optional_ratio({"fixedRate", "share of the rest that is traced", rule}, {0.05}).value;
    d.quota = r.optional_number({"segmentsPerSecond", "more segments a second are lost",
                                 "AWS service quotas, X-Ray segments per second, as of 2026-11"},
                                2600, {.min = 1, .max = 1e9});
    r.finish();
    return std::make_unique<XrayModel>(site, std::move(d));
  }
};

}  // namespace

const ServiceKind& xray_kind() {
  static const XrayKind kind;
  return kind;
}

}  // namespace lifeboat::models
