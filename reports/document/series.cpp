#include "reports/document/series.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "reports/seconds.hpp"
#include "sim/network/step.hpp"

namespace lifeboat::reports {

namespace {

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

void add_arrivals(std::vector<ShownSeries>& all, const std::string& name,
                  const sim::JourneyResult& journey, double dt) {
  const auto add = [&](const std::string& measure,
                       const std::function<double(const sim::ArrivalBin&)>& read) {
    ShownSeries series{name, "", measure, "1/s", dt, {}};
    for (const sim::ArrivalBin& bin : journey.bins) series.values.push_back(read(bin) / dt);
    all.push_back(std::move(series));
  };
  add("offered", [](const auto& bin) { return static_cast<double>(bin.offered); });
  add("good", [](const auto& bin) { return static_cast<double>(bin.good); });
  for (std::size_t c = 1; c < sim::kCauseCount; ++c) {
    if (journey.failed_by[c] == 0) continue;
    add("failed." + std::string{sim::name_of(static_cast<sim::Cause>(c))},
        [c](const auto& bin) { return static_cast<double>(bin.failed_by[c]); });
  }
}

void add_latencies(std::vector<ShownSeries>& all, const std::string& name,
                   const sim::JourneyResult& journey, double dt) {
  for (const auto& [measure, q] : {std::pair{"p50", 0.5}, std::pair{"p99", 0.99}}) {
    ShownSeries series{name, "", measure, "s", dt, {}};
    for (const sim::Histogram& bin : journey.latency_bins) {
      // A p99 of a handful is its largest: show the quantile from 20 answers on.
      const auto value = bin.count() < 20 ? std::nullopt : bin.quantile(q);
      series.values.push_back(value ? seconds_of(*value) : kNothing);
    }
    if (std::any_of(series.values.begin(), series.values.end(),
                    [](double v) { return !std::isnan(v); })) {
      all.push_back(std::move(series));
    }
  }
}

bool sampled(const std::vector<sim::Series>& series, const DeploymentView& deployment,
             std::string_view measure) {
  return std::any_of(series.begin(), series.end(), [&](const sim::Series& one) {
    return one.subject == deployment.service && one.region == deployment.region &&
           one.measure == measure;
  });
}

/// Task groups by the minute, where the engine did not sample the measure itself.
void add_groups(std::vector<ShownSeries>& all, const ShownTrial& shown, const RunInput& input) {
  for (const DeploymentView& deployment : input.deployments) {
    if (!deployment.tasks || deployment.tasks->index() >= shown.result.groups.size()) continue;
    const auto& minutes = shown.result.groups[deployment.tasks->index()].minutes;
    const auto add = [&](const char* measure, const char* unit,
                         const std::function<double(const sim::GroupMinute&)>& read) {
      if (minutes.empty() || sampled(shown.result.series, deployment, measure)) return;
      ShownSeries series{deployment.service, deployment.region, measure, unit, 60, {}};
      for (const sim::GroupMinute& minute : minutes) series.values.push_back(read(minute));
      all.push_back(std::move(series));
    };
    add("running", "tasks", [](const auto& m) { return static_cast<double>(m.running); });
    add("utilization", "share", [](const auto& m) {
      return m.cpu_reserved > 0
                 ? static_cast<double>(m.cpu_used) / static_cast<double>(m.cpu_reserved)
                 : kNothing;
    });
    add("queue", "requests", [](const auto& m) { return static_cast<double>(m.queued); });
  }
}

/// Where no name's answer changed, nobody held an old one.
bool says_nothing(const sim::Series& series) {
  return series.measure.starts_with("stale-clients ") &&
         std::none_of(series.values.begin(), series.values.end(),
                      [](double share) { return share > 0; });
}

}  // namespace

std::vector<ShownSeries> shown_series(const ShownTrial& shown, const RunInput& input) {
  std::vector<ShownSeries> all;
  const double dt = seconds_of(shown.result.bin);
  for (std::size_t j = 0; j < shown.result.journeys.size(); ++j) {
    const std::string& name = input.network->journeys[j].name;
    add_arrivals(all, name, shown.result.journeys[j], dt);
    if (!input.options.quantile_bin.is_infinite()) {
      add_latencies(all, name, shown.result.journeys[j], seconds_of(input.options.quantile_bin));
    }
  }
  add_groups(all, shown, input);
  for (const sim::Series& series : shown.result.series) {
    if (says_nothing(series)) continue;
    all.push_back({series.subject, series.region, series.measure, series.unit, dt, series.values});
  }
  // Series that would never end are cut at the end of the window.
  const double end = seconds_of(shown.result.measured);
  for (ShownSeries& series : all) {
    const auto most = static_cast<std::size_t>(std::ceil(end / series.dt_s - 1e-9));
    if (series.values.size() > most) series.values.resize(most);
  }
  return all;
}

}  // namespace lifeboat::reports
