// The shape of a day: relative weights by time of day, linear between and around midnight.
#include <cmath>
#include <optional>

#include "models/io/csv.hpp"
#include "models/io/files.hpp"
#include "models/io/reader.hpp"
#include "scenarios/traffic/traffic.hpp"

namespace lifeboat::scenarios {

namespace io = models::io;

namespace {

using Weights = std::vector<RateForm::Weight>;

constexpr double kDay = 86'400;  // seconds
constexpr std::size_t kMostWeights = 86'400;

/// Ends the shape at both midnights and gives it mean 1; empty if it has no weight at all.
Weights normalised(Weights day) {
  if (day.empty()) return {};
  const auto first = day.front();
  const auto last = day.back();
  if (first.second_of_day > 0) {
    const double gap = kDay - last.second_of_day + first.second_of_day;
    const double share = (kDay - last.second_of_day) / gap;
    const double midnight = last.weight + (first.weight - last.weight) * share;
    day.insert(day.begin(), {0, midnight});
  }
  if (day.back().second_of_day < kDay) day.push_back({kDay, day.front().weight});
  double area = 0;
  for (std::size_t i = 1; i < day.size(); ++i) {
    area +=
        (day[i].weight + day[i - 1].weight) / 2 * (day[i].second_of_day - day[i - 1].second_of_day);
  }
  if (!(area > 0) || !std::isfinite(area)) return {};
  for (auto& point : day) point.weight *= kDay / area;
  return day;
}

Weights from_list(const io::Value& value, io::Problems& problems) {
  Weights day;
  const auto elements = value.elements();
  if (elements.size() > kMostWeights) {
    problems.error(value.place(), "too many weights", "at most one a second");
    return {};
  }
  for (std::size_t i = 0; i < elements.size(); ++i) {
    const auto weight = io::read_number(elements[i], problems);
    day.push_back(
        {kDay * static_cast<double>(i) / static_cast<double>(elements.size()), weight.value_or(0)});
  }
  return day;
}

/// A first row that holds no weight is a header.
bool starts_with_header(const io::CsvTable& table) {
  return table.rows() > 0 && table.columns() > 1 && !io::parse_number(table.field(0, 1)).ok();
}

Weights from_table(const io::CsvTable& table, io::Problems& problems) {
  Weights day;
  for (std::size_t row = starts_with_header(table) ? 1 : 0; row < table.rows(); ++row) {
    const auto time = io::parse_time_of_day(table.field(row, 0));
    if (!time) {
      problems.error(table.place(row), time.complaint());
      continue;
    }
    const auto weight = table.number(row, 1, problems);
    if (!weight) continue;
    if (*weight < 0) problems.error(table.place(row), "a negative weight", "0 or more");
    if (!day.empty() && *time <= day.back().second_of_day) {
      problems.error(table.place(row), "the times of day do not ascend",
                     "each later than the last");
      return {};
    }
    day.push_back({static_cast<double>(*time), *weight});
    if (problems.full()) return {};
  }
  return day;
}

}  // namespace

std::vector<RateForm::Weight> read_day_shape(const io::Value& value, io::Problems& problems) {
  const std::size_t before = problems.errors();
  Weights day;
  if (value.is_array()) {
    day = from_list(value, problems);
  } else if (const auto path = io::resolve_reference(value, problems)) {
    io::CsvOptions options;
    options.rows = kMostWeights + 1;
    options.bytes = std::size_t{8} << 20;
    const auto table = io::CsvTable::read(*path, options, problems, &value);
    if (!table) return {};
    if (table->columns() != 2) {
      problems.error(value.place(), "a day's shape has two columns", "time of day and weight");
      return {};
    }
    day = from_table(*table, problems);
  }
  if (problems.errors() > before) return {};
  Weights result = normalised(std::move(day));
  if (result.empty()) {
    problems.error(value.place(), "a day without weight", "at least one weight above 0");
  }
  return result;
}

}  // namespace lifeboat::scenarios
