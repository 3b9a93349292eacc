#include "scenarios/traffic/fit_text.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "models/io/units.hpp"

namespace lifeboat::scenarios {

namespace io = models::io;

namespace {

constexpr double kDaySpan = 86'400;  // seconds
constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr double kLeastForecastCv = 0.001;

/// The same shape, later in the day, at the same number of nodes.
std::vector<double> shifted(const std::vector<double>& nodes, double shift_s) {
  const auto n = static_cast<double>(nodes.size());
  std::vector<double> result;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    double place = std::fmod(static_cast<double>(i) - shift_s / kDaySpan * n, n);
    if (place < 0) place += n;
    const auto below = static_cast<std::size_t>(place) % nodes.size();
    const double part = place - std::floor(place);
    result.push_back(nodes[below] + part * (nodes[(below + 1) % nodes.size()] - nodes[below]));
  }
  return result;
}

std::string list_of(const std::vector<double>& values) {
  std::string text = "[";
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) text += i % 8 == 0 ? ",\n        " : ", ";
    text += fmt::format("{:.4f}", values[i]);
  }
  return text + "]";
}

/// A law's or burst's cv, with three digits.
std::string digits(double value) { return fmt::format("{:.3g}", value); }

std::string whole_seconds(sim::Duration duration) {
  return fmt::format("{:.0f}s", std::max(1.0, duration.to_seconds()));
}

std::string rate_text(double per_second) {
  double digits = 1e3;  // of the rate: four that count
  for (double rate = per_second; rate < 1 && digits < 1e12; rate *= 10) digits *= 10;
  return io::to_text(io::Rate{std::round(per_second * digits) / digits});
}

std::string sales_text(const std::vector<AddedSale>& sales) {
  std::string text;
  for (std::size_t i = 0; i < sales.size(); ++i) {
    const AddedSale& sale = sales[i];
    const std::string name = i == 0 ? "sale" : fmt::format("sale-{}", i + 1);
    text += fmt::format(
        "{}\n      \"{}\": {{ \"at\": \"{}\", \"ramp\": \"{}\",\n        "
        "\"peakFactor\": {}, \"hold\": \"{}\"",
        i > 0 ? "," : "", name, sale.at, io::to_text(sale.ramp), io::to_text(sale.factor),
        io::to_text(sale.hold));
    if (sale.half_life) {
      text += fmt::format(", \"decay\": {{ \"halfLife\": \"{}\" }}", io::to_text(*sale.half_life));
    }
    text += " }";
  }
  return text;
}

std::string bursts_text(const std::vector<Burst>& bursts) {
  const auto part = [](const Burst& burst) {
    return fmt::format("\"cv\": {}, \"correlation\": \"{}\"", digits(burst.cv),
                       whole_seconds(burst.correlation));
  };
  std::string text = part(bursts.front());
  for (std::size_t k = 1; k < bursts.size(); ++k) {
    text += fmt::format("{}\n        {{ {} }}", k == 1 ? ", \"also\": [" : ",", part(bursts[k]));
  }
  return text + (bursts.size() > 1 ? " ]" : "");
}

}  // namespace

std::string traffic_text(const TrafficFit& fit, const TwinChanges& changes, const TwinNames& names,
                         std::optional<std::int64_t> start_ns) {
  std::string text = names.about.empty() ? "" : "// " + names.about + "\n";
  text += "{\n  \"format\": \"lifeboat/traffic/1\",\n";
  if (start_ns) {
    text += fmt::format("  \"start\": \"{}\",\n",
                        io::to_text(io::civil_from_seconds(*start_ns / kSecondNs)));
  }
  if (names.time_zone) text += fmt::format("  \"timeZone\": \"{}\",\n", *names.time_zone);
  text += fmt::format("  \"{}\": {{\n", names.stream);
  const double per_second = fit.per_second * changes.scale;
  if (!fit.has_levels) {
    text += fmt::format("    \"rate\": \"{}\"", rate_text(per_second));
  } else {
    const double shift = changes.shift.to_seconds();
    text += fmt::format("    \"rate\": {{ \"mean\": \"{}\"", rate_text(per_second));
    if (fit.has_day) {
      text += fmt::format(",\n      \"day\": {}", list_of(shifted(fit.shape.workday, shift)));
    }
    if (fit.shape.weekend_differs) {
      text += fmt::format(",\n      \"weekend\": {}", list_of(shifted(fit.shape.weekend, shift)));
    }
    if (fit.shape.days_differ) {
      text += fmt::format(",\n      \"week\": {}",
                          list_of({fit.shape.week.begin(), fit.shape.week.end()}));
    }
    text += " }";
  }
  if (fit.forecast_cv >= kLeastForecastCv) {
    text +=
        fmt::format(",\n    \"forecastError\": {{ \"lognormal\": {{ \"mean\": 1, \"cv\": {} }} }}",
                    digits(fit.forecast_cv));
  }
  if (!fit.bursts.empty()) {
    text += fmt::format(",\n    \"burstiness\": {{ {} }}", bursts_text(fit.bursts));
  }
  if (!changes.sales.empty()) {
    text += fmt::format(",\n    \"events\": {{{}\n    }}", sales_text(changes.sales));
  }
  if (!names.mix.empty()) text += ",\n    \"mix\": " + names.mix;
  return text + "\n  }\n}\n";
}

}  // namespace lifeboat::scenarios
