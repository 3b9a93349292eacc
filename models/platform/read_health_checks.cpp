// Reads "healthChecks": probes, switches, calculated checks, and checks on a metric's alarm.
#include <algorithm>

#include "models/io/level.hpp"
#include "models/io/suggest.hpp"
#include "models/platform/read_parts.hpp"
#include "models/watching/read_alarm.hpp"

namespace lifeboat::models::detail {

void check_new_name(io::ObjectReader& r, std::string_view name) {
  if (r.describing()) return;
  if (auto complaint = io::check_name(name)) r.problems().error(r.place(), std::move(*complaint));
}

namespace {

using io::ObjectReader;
using sim::Duration;
using Kind = HealthCheckSpec::Kind;
using Insufficient = HealthCheckSpec::Insufficient;

constexpr std::size_t kMostChildren = 255;
constexpr std::string_view kConfigSource =
    "AWS API reference, Route 53 HealthCheckConfig, as of 2026-08";
constexpr std::string_view kAlarmSource =
    "ours: one datapoint of a minute; AWS API reference, CloudWatch PutMetricAlarm, has none";

enum class Position : std::uint8_t { kHealthy, kUnhealthy };
constexpr io::Choice<Position> kPositions[] = {
    {"healthy", Position::kHealthy, "the switch starts at healthy"},
    {"unhealthy", Position::kUnhealthy, "the switch starts at unhealthy"}};
constexpr io::Choice<Insufficient> kInsufficient[] = {
    {"Healthy", Insufficient::kHealthy, "without data it is healthy"},
    {"Unhealthy", Insufficient::kUnhealthy, "without data it is unhealthy"},
    {"LastKnownStatus", Insufficient::kLastKnownStatus, "without data it stays as it was"}};

/// "front@sg": a service and, after the at sign, a region.
void split_site(const std::string& text, HealthCheckSpec& check) {
  const auto at = text.find('@');
  check.service = text.substr(0, at);
  if (at != std::string::npos) check.region = text.substr(at + 1);
}

void read_probe(ObjectReader& r, HealthCheckSpec& check) {
  check.request_interval = r.optional_duration(
      {"requestInterval", "from a response to the next request, 10s or 30s", kConfigSource},
      Duration::seconds(30));
  if (check.request_interval != Duration::seconds(30) &&
      check.request_interval != Duration::seconds(10)) {
    r.error("requestInterval", "Route 53 checks every 10 s or every 30 s", "\"10s\" or \"30s\"");
  }
  check.failure_threshold = static_cast<std::uint32_t>(
      r.optional_count({"failureThreshold",
                        "results in a row that change a checker's mind, either way", kConfigSource},
                       3, {.min = 1, .max = 10}));
}

void read_children(ObjectReader& r, HealthCheckSpec& check) {
  if (!r.has("children") && !r.describing()) return;
  check.kind = Kind::kCalculated;
  check.children = r.strings({"children", "calculated: the checks that it counts"});
  if (check.children.size() > kMostChildren) r.error("children", "more than 255 children");
  const auto threshold =
      r.maybe_count({"healthThreshold", "calculated: so many healthy children make it healthy",
                     kConfigSource, "all of them"},
                    {.min = 0, .max = 256});
  check.health_threshold = static_cast<std::uint32_t>(
      threshold.value_or(static_cast<std::int64_t>(check.children.size())));
}

void read_level(ObjectReader& r, HealthCheckSpec& check) {
  const std::string text =
      r.required_string({"threshold", "\"60%\", \"250ms\" or \"12\", as the metric counts"});
  if (r.describing() || text.empty()) return;
  const auto level = io::parse_level(text);
  if (!level) {
    r.error("threshold", io::quote(text) + " is no level of a metric",
            "a percentage, a duration or a plain number");
    return;
  }
  check.alarm.threshold = level->value;
  check.threshold_unit = level->unit;
}

void read_metric(ObjectReader& root, HealthCheckSpec& check) {
  root.section(
      {"alarm", "an alarm on a metric: in ALARM the check is unhealthy"}, [&](ObjectReader& r) {
        check.kind = Kind::kAlarm;
        split_site(r.required_string({"service", "who publishes the metric, \"web@sg\""}), check);
        check.metric =
            r.required_string({"metricName", "a metric that it publishes, \"CPUUtilization\""});
        read_level(r, check);
        check.alarm.comparison = read_comparison(r, kAlarmSource);
        check.alarm.period = r.optional_duration(
            {"period", "of the datapoints: 10s, 30s, 60s or a multiple", kAlarmSource},
            Duration::seconds(60), {.min = Duration::seconds(10), .max = Duration::hours(1)});
        const bool fast = check.alarm.period == Duration::seconds(10) ||
                          check.alarm.period == Duration::seconds(30);
        if (!fast && check.alarm.period.count() % Duration::seconds(60).count() != 0) {
          r.error("period", "no such period", "\"10s\", \"30s\", \"60s\" or a multiple");
        }
        read_datapoints(r, check.alarm, 1, kAlarmSource);
      });
  check.insufficient =
      root.optional_enum({"insufficientDataHealthStatus",
                          "alarm: what it is while there are too few datapoints", kConfigSource},
                         Insufficient::kLastKnownStatus, kInsufficient);
}

/// Children are checks, and no calculated ones; with them the check's first status is known.
void check_children(ObjectReader& root, Platform& platform) {
  std::vector<std::string> known;
  for (const HealthCheckSpec& check : platform.health_checks) known.push_back(check.name);
  for (HealthCheckSpec& check : platform.health_checks) {
    std::uint32_t healthy = 0;
    for (const std::string& child : check.children) {
      const HealthCheckSpec* found = platform.find_health_check(child);
      const io::Place place = check.place.member("children");
      if (found == nullptr) {
        io::unknown_name(root.problems(), place, "health check", child, known);
      } else if (found->kind == Kind::kCalculated) {
        root.problems().error(place, "a calculated check of calculated ones is not modelled",
                              "checks that probe, switch or watch a metric");
      } else if (found->starts_healthy) {
        ++healthy;
      }
    }
    if (check.kind == Kind::kCalculated) check.starts_healthy = healthy >= check.health_threshold;
  }
}

}  // namespace

void read_health_checks(ObjectReader& root, Platform& platform) {
  root.map({"healthChecks", "health checks of the name service"}, [&](std::string_view name,
                                                                      ObjectReader& r) {
    check_new_name(r, name);
    HealthCheckSpec check;
    check.name = name;
    check.place = r.place();
    r.exactly_one_of({"watch", "switch", "children", "alarm"});
    if (const auto watch = r.maybe_string({"watch", "deployment that is probed, \"front@sg\""})) {
      split_site(*watch, check);
    }
    const auto position = r.maybe_enum(
        {"switch", "a switch that a runbook step flips, and its first position"}, kPositions);
    if (position) check.kind = Kind::kSwitch;
    check.starts_healthy = position.value_or(Position::kHealthy) == Position::kHealthy;
    read_probe(r, check);
    read_children(r, check);
    read_metric(r, check);
    platform.health_checks.push_back(std::move(check));
  });
  check_children(root, platform);
}

}  // namespace lifeboat::models::detail
