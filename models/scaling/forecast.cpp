#include "models/scaling/forecast.hpp"

#include <algorithm>

namespace lifeboat::models {
namespace {

std::size_t within(std::int64_t hour, std::int64_t period) {
  return static_cast<std::size_t>(((hour % period) + period) % period);
}

struct Mean {
  double sum = 0;
  double count = 0;
  void add(double value) {
    sum += value;
    ++count;
  }
  [[nodiscard]] double value() const { return count > 0 ? sum / count : 0; }
};

}  // namespace

Forecast::Forecast(std::vector<HourlyLoad> history) {
  if (history.size() > kMostHistoryHours) {
    history.erase(history.begin(), history.end() - static_cast<std::ptrdiff_t>(kMostHistoryHours));
  }
  std::array<Mean, kHoursOfWeek> of_week;
  std::array<Mean, 24> of_day;
  for (const HourlyLoad& row : history) {
    of_week[within(row.hour, kHoursOfWeek)].add(row.load);
    of_day[within(row.hour, 24)].add(row.load);
  }
  for (std::size_t i = 0; i < kHoursOfWeek; ++i) {
    seasonal_[i] = of_week[i].count > 0 ? of_week[i].value() : of_day[i % 24].value();
  }
  const std::size_t last_day = std::min<std::size_t>(history.size(), 24);
  history.erase(history.begin(), history.end() - static_cast<std::ptrdiff_t>(last_day));
  level_ = level_of(history).value_or(1);
}

double Forecast::seasonal(std::int64_t utc_hour) const {
  return seasonal_[within(utc_hour, kHoursOfWeek)];
}

double Forecast::highest() const { return *std::max_element(seasonal_.begin(), seasonal_.end()); }

std::optional<double> Forecast::level_of(const std::vector<HourlyLoad>& measured) const {
  double load = 0;
  double expected = 0;
  for (const HourlyLoad& row : measured) {
    load += row.load;
    expected += seasonal(row.hour);
  }
  if (!(expected > 0)) return std::nullopt;
  return load / expected;
}

}  // namespace lifeboat::models
