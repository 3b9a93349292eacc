#include "reports/studies/policy_candidates.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "models/io/clock.hpp"

namespace lifeboat::reports {

namespace {

using Json = nlohmann::ordered_json;

// Ours: a schedule names stretches of so many minutes, and is ahead of each by one of them.
constexpr std::size_t kStretch = 10;
constexpr std::int64_t kHourSeconds = 3600;
constexpr std::int64_t kHistoryDays = 14;

std::string percent(double share) { return fmt::format("{:g}%", 100 * share); }

Json tracking(double target, bool fine) {
  Json policy = {{"type", "target-tracking"},
                 {"predefinedMetricType", "ECSServiceAverageCPUUtilization"},
                 {"targetValue", percent(target)}};
  if (fine) policy["period"] = "20s";
  return policy;
}

/// Out at 40 % and at 80 % of the way from the target to all processors, in at two thirds of it.
std::vector<Json> steps(double target, bool fine) {
  const double warm = target + 0.4 * (1 - target);
  Json out_alarm = {{"metricName", "CPUUtilization"},
                    {"threshold", percent(warm)},
                    {"evaluationPeriods", 2},
                    {"datapointsToAlarm", 2}};
  if (fine) out_alarm["period"] = "20s";
  const std::string hot = percent(0.4 * (1 - target));
  const Json out = {{"type", "step"},
                    {"alarm", out_alarm},
                    {"adjustmentType", "PercentChangeInCapacity"},
                    {"stepAdjustments",
                     {{{"metricIntervalLowerBound", "0%"},
                       {"metricIntervalUpperBound", hot},
                       {"scalingAdjustment", 50}},
                      {{"metricIntervalLowerBound", hot}, {"scalingAdjustment", 200}}}},
                    {"cooldown", "120s"}};
  const Json in = {
      {"type", "step"},
      {"alarm",
       {{"metricName", "CPUUtilization"},
        {"threshold", percent(target * 2 / 3)},
        {"comparisonOperator", "LessThanThreshold"},
        {"evaluationPeriods", 10}}},
      {"adjustmentType", "PercentChangeInCapacity"},
      {"stepAdjustments",
       Json::array({{{"metricIntervalUpperBound", "0%"}, {"scalingAdjustment", -20}}})}};
  return {out, in};
}

/// A minimum for each stretch that needs another than the one before it.
std::vector<Json> schedule(const ServiceDemand& demand, const CandidateLimits& limits,
                           const WallClock& clock) {
  const std::vector<double> mean = demand.mean();
  std::vector<Json> actions;
  std::uint32_t before = 0;
  for (std::size_t first = 0; first < mean.size(); first += kStretch) {
    // Of this stretch, for which it was set one ahead, and of the next.
    const std::size_t last = std::min(mean.size(), first + 2 * kStretch);
    std::uint32_t needed = limits.least;
    for (std::size_t i = first; i < last; ++i) {
      needed = std::max(needed, demand.tasks_for(mean[i], limits.target));
    }
    needed = std::min(needed, limits.most);
    if (needed == before) continue;
    before = needed;
    const auto at =
        models::io::civil_from_seconds(clock.unix_s + 60 * static_cast<std::int64_t>(first));
    actions.push_back({{"type", "scheduled"},
                       {"schedule", fmt::format("at({:04}-{:02}-{:02}T{:02}:{:02}:{:02})", at.year,
                                                at.month, at.day, at.hour, at.minute, at.second)},
                       {"timezone", "UTC"},
                       {"scalableTargetAction", {{"minCapacity", needed}}}});
  }
  return actions;
}

/// Loads of the hours of two weeks before the run.
Json history(const std::vector<double>& mean, const WallClock& clock) {
  const std::int64_t first_hour = clock.unix_s / kHourSeconds - 24 * kHistoryDays;
  const auto from = models::io::civil_from_seconds(first_hour * kHourSeconds);
  Json hourly = Json::array();
  for (std::int64_t hour = first_hour; hour < clock.unix_s / kHourSeconds; ++hour) {
    // The same hour of the run's first day.
    std::int64_t begin = hour * kHourSeconds;
    while (begin + kHourSeconds <= clock.unix_s) begin += 24 * kHourSeconds;
    double sum = 0;
    double count = 0;
    for (std::int64_t second = begin; second < begin + kHourSeconds; second += 60) {
      const std::int64_t minute = (second - clock.unix_s) / 60;
      if (second < clock.unix_s || minute >= static_cast<std::int64_t>(mean.size())) continue;
      sum += mean[static_cast<std::size_t>(minute)];
      count += 1;
    }
    const double load = count > 0 ? sum / count : mean.front();
    hourly.push_back(std::round(load * 1e4) / 1e4);
  }
  return {{"from", models::io::to_text(from)}, {"timeZone", "UTC"}, {"hourly", std::move(hourly)}};
}

Json forecast(double target, Json history) {
  return {
      {"type", "predictive"},           {"predefinedMetricPairType", "ECSServiceCPUUtilization"},
      {"targetValue", percent(target)}, {"mode", "ForecastAndScale"},
      {"schedulingBufferTime", "600s"}, {"history", std::move(history)}};
}

std::string joined(const std::vector<std::vector<Json>>& parts) {
  Json all = Json::array();
  for (const auto& part : parts) {
    for (const Json& policy : part) all.push_back(policy);
  }
  return all.dump();
}

}  // namespace

std::vector<double> ServiceDemand::mean() const {
  std::vector<double> sums;
  std::vector<double> counts;
  for (const auto& trial : minutes) {
    sums.resize(std::max(sums.size(), trial.size()));
    counts.resize(sums.size());
    for (std::size_t i = 0; i < trial.size(); ++i) {
      sums[i] += trial[i];
      counts[i] += 1;
    }
  }
  for (std::size_t i = 0; i < sums.size(); ++i) sums[i] /= counts[i];
  return sums;
}

std::uint32_t ServiceDemand::tasks_for(double processors, double target) const {
  // 1e-6 so that four tasks that are needed exactly do not become five by rounding.
  const double tasks = std::ceil(processors / (target * processors_per_task) - 1e-6);
  return static_cast<std::uint32_t>(std::max(1.0, tasks));
}

bool needs_foresight(const std::string& policies) {
  const Json all = policies.empty() ? Json::array() : Json::parse(policies);
  return std::any_of(all.begin(), all.end(), [](const Json& policy) {
    const std::string type = policy.value("type", "");
    return type == "scheduled" || type == "predictive";
  });
}

std::vector<PolicyCandidate> policy_candidates(const ServiceDemand& demand,
                                               const CandidateLimits& limits,
                                               const std::optional<WallClock>& clock) {
  const std::vector<Json> slow = {tracking(limits.target, false)};
  std::vector<PolicyCandidate> all = {
      {"as it is", "", needs_foresight(limits.policies)},
      {"tracking, 60 s", joined({slow}), false},
      {"tracking, 20 s", joined({{tracking(limits.target, true)}}), false},
      {"steps, 60 s", joined({steps(limits.target, false)}), false},
      {"steps, 20 s", joined({steps(limits.target, true)}), false},
      {"steps and tracking", joined({slow, steps(limits.target, true)}), false}};
  const std::vector<double> mean = demand.mean();
  if (!clock || mean.empty()) return all;
  const std::vector<Json> planned = schedule(demand, limits, *clock);
  all.push_back({"schedule", joined({slow, planned}), true});
  all.push_back(
      {"forecast", joined({slow, {forecast(limits.target, history(mean, *clock))}}), true});
  all.push_back({"schedule and steps", joined({slow, planned, steps(limits.target, true)}), true});
  return all;
}

}  // namespace lifeboat::reports
