// Policies that act ahead of the load: scheduled actions and predictive scaling.
#include <algorithm>
#include <map>

#include "models/io/csv.hpp"
#include "models/io/files.hpp"
#include "models/scaling/read_policies.hpp"

namespace lifeboat::models::detail {
namespace {

using io::ObjectReader;
using sim::Duration;
using Load = PredictiveScaling::Load;

constexpr std::string_view kPredictiveSource =
    "AWS API reference, PredictiveScalingPolicyConfiguration, as of 2026-11";
constexpr std::string_view kScheduledSource =
    "Application Auto Scaling User Guide, scheduled scaling, 2023-06";
constexpr std::int64_t kHour = 3600;
constexpr std::size_t kMostRows = 100'000;

constexpr io::Choice<Load> kPairs[] = {
    {"ECSServiceCPUUtilization", Load::kProcessors, "the history holds processors used"},
    {"ALBRequestCount", Load::kRequests, "the history holds requests a second"}};
constexpr io::Choice<bool> kModes[] = {
    {"ForecastOnly", false, "forecasts are made and only logged"},
    {"ForecastAndScale", true, "the capacity follows the forecast upwards"}};
constexpr io::Choice<bool> kBreaches[] = {
    {"HonorMaxCapacity", false, "maxCapacity binds the forecast"},
    {"IncreaseMaxCapacity", true, "maxCapacity rises where the forecast needs more"}};

/// Means of the rows by hour, in ascending order.
std::vector<HourlyLoad> by_hour(const io::CsvTable& table, std::size_t time, std::size_t value,
                                double scale, const io::TimeZone& zone, io::Problems& problems) {
  std::map<std::int64_t, std::pair<double, double>> hours;  // sum and count
  for (std::size_t row = 0; row < table.rows() && !problems.full(); ++row) {
    const std::string text = table.field(row, time);
    const auto date = io::parse_date_time(text);
    if (!date) {
      problems.error(table.place(row), "no time", "a date such as \"2026-11-02 13:00\"");
      continue;
    }
    const auto load = table.number(row, value, problems);
    if (!load) continue;
    if (*load < 0) {
      problems.error(table.place(row), "a negative load", "0 or more");
      continue;
    }
    const std::int64_t utc = (date->zone ? *date->zone : zone).to_utc(date->civil);
    const std::int64_t hour = (utc - ((utc % kHour) + kHour) % kHour) / kHour;
    auto& [sum, count] = hours[hour];
    sum += *load * scale;
    ++count;
  }
  std::vector<HourlyLoad> result;
  for (const auto& [hour, mean] : hours) result.push_back({hour, mean.first / mean.second});
  return result;
}

std::optional<std::size_t> column(ObjectReader& r, const io::Parameter& key,
                                  const io::CsvTable* table, std::int64_t standard) {
  const auto which = r.raw(key, io::ValueType::kAny);
  if (table == nullptr) return std::nullopt;
  return table->column(which ? *which : io::Value::integer(standard, r.place()), r.problems());
}

/// Hours of a file's rows; nothing where it cannot be read.
std::optional<std::vector<HourlyLoad>> read_file_history(ObjectReader& r,
                                                         const io::TimeZone& zone) {
  const auto file =
      r.raw({"file", "a CSV file of dates and mean loads, hourly or finer", "", "hourly says them"},
            io::ValueType::kFile);
  const bool header =
      r.optional_boolean({"header", "whether the first row names the columns", "ours"}, true);
  std::optional<io::CsvTable> table;
  if (file && !r.describing()) {
    if (const auto path = io::resolve_reference(*file, r.problems())) {
      io::CsvOptions options;
      options.header = header;
      options.rows = kMostRows;
      table = io::CsvTable::read(*path, options, r.problems(), &*file);
    }
  }
  const io::CsvTable* rows = table ? &*table : nullptr;
  const auto time =
      column(r, {"time", "column of times, by number from 0 or by name", "", "0"}, rows, 0);
  const auto value =
      column(r, {"value", "column of loads, by number from 0 or by name", "", "1"}, rows, 1);
  const double scale = r.optional_number({"scale", "factor on all loads", "ours: none"}, 1,
                                         {.min = 0.0, .max = 1e9});
  if (rows == nullptr || !time || !value) return std::nullopt;
  return by_hour(*rows, *time, *value, scale, zone, r.problems());
}

/// Loads written out, an hour each.
std::optional<std::vector<HourlyLoad>> read_inline_history(ObjectReader& r,
                                                           const io::TimeZone& zone) {
  std::vector<HourlyLoad> hours;
  bool sound = true;
  r.array(
      {"hourly", "mean loads of hours in a row, in place of a file", "", "file has them"},
      [&](std::size_t, const io::Value& load) {
        const auto number = io::read_number(load, r.problems(), {.min = 0.0, .max = 1e9});
        sound = sound && number.has_value();
        if (number) hours.push_back({0, *number});
      },
      io::ValueType::kNumber);
  const auto from = r.maybe_date_time(
      {"from", "when the first of hourly begins: the start of an hour", "", "hourly needs it"});
  if (r.describing() || !r.has("hourly")) return std::nullopt;
  if (!from) {
    if (!r.has("from")) r.error("hourly", "nobody says when it begins", "\"from\": a date");
    return std::nullopt;
  }
  const std::int64_t utc = (from->zone ? *from->zone : zone).to_utc(from->civil);
  if (utc % kHour != 0) {
    r.error("from", "not the start of an hour", "minutes and seconds of 0, in UTC");
    return std::nullopt;
  }
  std::int64_t hour = utc / kHour;
  for (HourlyLoad& one : hours) one.hour = hour++;
  return sound ? std::optional(std::move(hours)) : std::nullopt;
}

Forecast read_history(ObjectReader& r) {
  const auto which = r.exactly_one_of({"file", "hourly"});
  if (!r.describing() && r.has("file") && r.has("hourly")) {
    r.ignore({"file", "header", "time", "value", "scale", "timeZone", "hourly", "from"});
    return {};
  }
  const io::TimeZone zone =
      r.optional_time_zone({"timeZone", "zone of dates that have none", "ours: UTC"});
  auto filed = r.describing() || which != "hourly" ? read_file_history(r, zone) : std::nullopt;
  auto written = r.describing() || which == "hourly" ? read_inline_history(r, zone) : std::nullopt;
  auto& hours = which == "hourly" ? written : filed;
  if (!hours) return {};
  if (hours->size() < kLeastHistoryHours) {
    r.error(*which, "a history of " + std::to_string(hours->size()) + " hours",
            "at least 24 hours, as AWS asks for");
    return {};
  }
  return Forecast(std::move(*hours));
}

}  // namespace

ScheduledAction read_scheduled(ObjectReader& r, const ScalableDimension& dimension) {
  ScheduledAction action;
  const io::Parameter when{
      "schedule", "\"at(2026-11-11T19:45:00)\", \"rate(6 hours)\", \"cron(45 19 * * ? *)\"", "",
      "a scheduled action needs it"};
  const std::string text =
      r.describing() ? r.maybe_string(when).value_or("") : r.required_string(when);
  if (!r.describing() && r.has("schedule")) {
    if (auto schedule = Schedule::parse(text)) {
      action.schedule = schedule.take();
    } else if (!text.empty()) {
      const io::Complaint& wrong = schedule.complaint();
      r.error("schedule", wrong.text, wrong.expected, wrong.suggestion);
    }
  }
  action.zone =
      r.optional_time_zone({"timezone", "zone of the schedule's clock", kScheduledSource});
  const io::Range<std::int64_t> range{.min = 0, .max = dimension.most};
  const io::Parameter sets{"scalableTargetAction", "what it sets", "",
                           "a scheduled action needs it"};
  section_of_type(r, sets, [&](ObjectReader& limits) {
    action.min_capacity =
        limits.maybe_count({"minCapacity", "and at least so many now", "", "stays"}, range);
    action.max_capacity =
        limits.maybe_count({"maxCapacity", "and at most so many now", "", "stays"}, range);
    if (limits.describing()) return;
    if (!action.min_capacity && !action.max_capacity) {
      limits.error("minCapacity", "nothing to set", "minCapacity, maxCapacity or both");
    } else if (action.min_capacity.value_or(0) > action.max_capacity.value_or(dimension.most)) {
      limits.error("maxCapacity", "less than minCapacity");
    }
  });
  return action;
}

PredictiveScaling read_predictive(ObjectReader& r) {
  PredictiveScaling policy;
  policy.load = enum_of_type(
      r,
      {"predefinedMetricPairType", "the load that is forecast, and the metric that it makes", "",
       "predictive scaling needs it"},
      kPairs);
  policy.scales = r.optional_enum({"mode", "whether it acts", kPredictiveSource}, false, kModes);
  policy.buffer = r.optional_duration(
      {"schedulingBufferTime", "how long before an hour its capacity is asked for",
       kPredictiveSource},
      Duration::seconds(300), {.min = Duration{}, .max = Duration::seconds(3599)});
  policy.may_exceed_max =
      r.optional_enum({"maxCapacityBreachBehavior",
                       "where the forecast needs more than maxCapacity", kPredictiveSource},
                      false, kBreaches);
  policy.max_buffer =
      r.optional_ratio({"maxCapacityBuffer", "how far beyond such a forecast maxCapacity rises",
                        kPredictiveSource},
                       io::Ratio{0})
          .value;
  section_of_type(r, {"history", "the load of past days", "", "predictive scaling needs it"},
                  [&](ObjectReader& history) { policy.forecast = read_history(history); });
  return policy;
}

}  // namespace lifeboat::models::detail
