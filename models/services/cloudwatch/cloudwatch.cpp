#include "models/services/cloudwatch/cloudwatch.hpp"

#include <memory>
#include <utility>

#include "models/io/reader.hpp"
#include "models/io/units.hpp"
#include "models/platform/compiler.hpp"
#include "models/platform/meter_readings.hpp"
#include "models/platform/metrics.hpp"
#include "models/platform/services_in_reach.hpp"
#include "models/services/cloudwatch/collector.hpp"
#include "models/watching/monitoring.hpp"

namespace lifeboat::models {
namespace {

using sim::Duration;

constexpr double kGigabyte = 1e9;
constexpr double kSecondsPerMonth = io::kHoursPerMonth * 3600;

struct Description {
  PublicationDelays delays;
  double custom_metrics = 0;
  double other_alarms = 0;
  double dashboards = 0;
  std::vector<std::string> logged;
  double bytes_per_request = 0;
  Duration retention;
  std::vector<std::string> called;
  double calls_per_request = 0;
  double call_quota = 500;
};

class CloudwatchModel final : public DeploymentModel {
 public:
  CloudwatchModel(DeploymentSite site, Description description)
      : site_(std::move(site)), d_(std::move(description)) {}

  std::vector<std::string> operations() const override { return {}; }
  sim::PlanId plan(std::string_view) const override { return {}; }
  const PublicationDelays* publication() const override { return &d_.delays; }
  const Handles& handles() const override { return handles_; }

  void declare(Compiler& compiler) override {
    sim::NetworkBuilder& network = compiler.network();
    const std::string name = name_of(site_);
    logged_ = network.add_register(name + "/requests-logged", 0);
    unlogged_ = network.add_register(name + "/requests-unlogged", 0);
    taken_ = network.add_register(name + "/metric-calls", 0);
    throttled_ = network.add_register(name + "/metric-calls-throttled", 0);
  }

  void define(Compiler& compiler) override {
    const Monitoring monitoring = compiler.monitoring(site_.region);
    cloudwatch::CollectionPolicy policy;
    policy.name = name_of(site_);
    policy.logged = deployments_in_reach(compiler, site_, d_.logged);
    policy.called = deployments_in_reach(compiler, site_, d_.called);
    policy.calls_per_request = d_.calls_per_request;
    policy.call_quota = d_.call_quota;
    policy.feed = monitoring.feed;
    policy.requests_logged = logged_;
    policy.requests_unlogged = unlogged_;
    policy.calls_taken = taken_;
    policy.calls_throttled = throttled_;
    if (!policy.logged.empty() || !policy.called.empty()) {
      compiler.network().add_controller(std::make_shared<cloudwatch::Collector>(std::move(policy)));
    }
    add_meters(monitoring.alarms);
    add_metrics(monitoring.alarms);
  }

 private:
  void add_meters(const std::shared_ptr<const AlarmCounts>& alarms) {
    const auto each_month = [](double count) {
      return
          [count](const MeterReadings& used) { return count * used.hours() / io::kHoursPerMonth; };
    };
    const auto gigabytes = [id = logged_, bytes = d_.bytes_per_request](const MeterReadings& used) {
      return used.counted(id) * bytes / kGigabyte;
    };
    handles_.meters = {
        {"metric-months", each_month(d_.custom_metrics)},
        {"alarm-months",
         [alarms, other = d_.other_alarms](const MeterReadings& used) {
           return (alarms->standard + other) * used.hours() / io::kHoursPerMonth;
         }},
        {"fast-alarm-months",
         [alarms](const MeterReadings& used) {
           return alarms->fast * used.hours() / io::kHoursPerMonth;
         }},
        {"dashboard-months", each_month(d_.dashboards)},
        {"metric-calls", [id = taken_](const MeterReadings& used) { return used.counted(id); }},
        {"log-gigabytes", gigabytes},
        {"log-gigabyte-months",
         [gigabytes, months = d_.retention.to_seconds() / kSecondsPerMonth](
             const MeterReadings& used) { return gigabytes(used) * months; }}};
  }

  void add_metrics(const std::shared_ptr<const AlarmCounts>& alarms) {
    handles_.metrics.push_back(
        {"alarms", "1", "alarms of the region's scaling policies and health checks",
         [alarms](sim::Control&) { return static_cast<double>(alarms->standard + alarms->fast); }});
    handles_.metrics.push_back(
        register_metric("requestsLogged", "requests that wrote logs, since the start", logged_));
    handles_.metrics.push_back(register_metric(
        "requestsUnlogged", "requests whose logs were lost, since the start", unlogged_));
    handles_.metrics.push_back(
        register_metric("metricCalls", "calls of PutMetricData taken, since the start", taken_));
    handles_.metrics.push_back(
        register_metric("metricCallsThrottled",
                        "calls beyond the quota or while it is lost, since the start", throttled_));
  }

  DeploymentSite site_;
  Description d_;
  Handles handles_;
  sim::RegisterId logged_;
  sim::RegisterId unlogged_;
  sim::RegisterId taken_;
  sim::RegisterId throttled_;
};

/// The metrics of a region are shown by one clock.
void check_alone(io::ObjectReader& r, const Platform& platform, const DeploymentSite& site) {
  for (const ServiceSpec& service : platform.services) {
    if (service.name == site.service) return;
    if (service.kind != &cloudwatch_kind()) continue;
    if (platform.find_deployment(service.name, site.region) == nullptr) continue;
    r.problems().error(r.place(), "region " + io::quote(site.region) +
                                      " has a CloudWatch already, " + io::quote(service.name));
    return;
  }
}

constexpr io::Range<double> kAmount = {.min = 0, .max = 1e9};

void read_logs(io::ObjectReader& root, const Platform& platform, const DeploymentSite& site,
               Description& d) {
  root.section(
      {"logs", "what the requests to services write into CloudWatch Logs", "", "none"},
      [&](io::ObjectReader& r) {
        d.logged = read_services_in_reach(r, platform, site,
                                          {"from", "services whose requests are logged"});
        if (!r.describing() && !r.has("from")) {
          r.error("from", "somebody must write them", "\"from\": SERVICE");
        }
        d.bytes_per_request = static_cast<double>(
            r.required_bytes({"perRequest", "ingested for each request"}, {.min = io::Bytes{1}})
                .count);
        d.retention = r.optional_duration(
            {"retention", "how long a log event is kept",
             "ours: a billing month; CloudWatch keeps logs for good unless told otherwise"},
            Duration::from_seconds(kSecondsPerMonth),
            {.min = Duration::hours(24), .max = Duration::days(3653)});
      });
}

void read_calls(io::ObjectReader& root, const Platform& platform, const DeploymentSite& site,
                Description& d) {
  root.section(
      {"metricCalls", "calls of PutMetricData by the services themselves", "", "none"},
      [&](io::ObjectReader& r) {
        d.called = read_services_in_reach(r, platform, site,
                                          {"from", "services whose requests make the calls"});
        if (!r.describing() && !r.has("from")) {
          r.error("from", "somebody must make them", "\"from\": SERVICE");
        }
        d.calls_per_request = r.required_number(
            {"perRequest", "calls for each request: 0.01 where a hundred are sent at once"},
            kAmount);
        d.call_quota =
            r.optional_rate({"quota", "calls beyond it are throttled, and their datapoints lost",
                             "CloudWatch User Guide, service quotas, as of 2023-06 (adjustable)"},
                            {500}, io::positive<io::Rate>())
                .per_second;
      });
}

class CloudwatchKind final : public ServiceKind {
 public:
  std::string_view name() const override { return "cloudwatch"; }
  std::string_view summary() const override {
    return "Amazon CloudWatch: the clock of a region's control loops, its alarms, logs and bill";
  }
  std::vector<MeterSpec> meters() const override {
    return {{"metric-months", "metric-months", "custom metrics; those of AWS's services are free"},
            {"alarm-months", "alarm-months", "alarms on metrics of 60 s and more"},
            {"fast-alarm-months", "alarm-months", "alarms on metrics of less than 60 s"},
            {"dashboard-months", "dashboard-months", "dashboards of the region"},
            {"metric-calls", "requests", "calls of PutMetricData that were taken"},
            {"log-gigabytes", "GB", "log events ingested"},
            {"log-gigabyte-months", "GB-months",
             "log events kept: what was ingested, for as long as it will be kept; not compressed"}};
  }

  std::unique_ptr<DeploymentModel> read(const Platform& platform, const DeploymentSite& site,
                                        const io::Value& value,
                                        io::Problems& problems) const override {
    io::ObjectReader r(value, problems);
    check_alone(r, platform, site);
    Description d;
    d.delays.standard =
        r.optional_law({"publicationDelay",
                        "from the end of a bin until alarms see its datapoint, of metrics of 60 s "
                        "and more that say nothing of their own",
                        kPublicationSource},
                       publication_delay(Duration::seconds(60)));
    d.delays.fast = r.optional_law(
        {"fastPublicationDelay", "the same of metrics of less than 60 s", kPublicationSource},
        publication_delay(Duration::seconds(20)));
    d.custom_metrics =
        r.optional_number({"customMetrics", "metrics that the services publish themselves",
                           "ours: none, those of AWS's services are there without"},
                          0, kAmount);
    d.other_alarms = r.optional_number(
        {"otherAlarms", "alarms beside those of scaling policies and health checks",
         "ours: none that nothing rests on"},
        0, kAmount);
    d.dashboards = r.optional_number({"dashboards", "dashboards", "ours: none"}, 0, kAmount);
    read_logs(r, platform, site, d);
    read_calls(r, platform, site, d);
    r.finish();
    return std::make_unique<CloudwatchModel>(site, std::move(d));
  }
};

}  // namespace

const ServiceKind& cloudwatch_kind() {
  static const CloudwatchKind kind;
  return kind;
}

}  // namespace lifeboat::models
