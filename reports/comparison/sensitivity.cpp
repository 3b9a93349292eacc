#include "reports/comparison/sensitivity.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include <fmt/format.h>

#include "models/io/quantity.hpp"
#include "models/io/units.hpp"

namespace lifeboat::reports {

namespace {

namespace io = models::io;

std::string number_text(double number) { return fmt::format("{:.9g}", number); }

}  // namespace

std::optional<double> law_part(const std::string& law, const std::string& name) {
  const std::size_t at = law.find(name + " ");
  if (at == std::string::npos) return std::nullopt;
  const std::size_t begin = at + name.size() + 1;
  const auto value = io::parse_duration(law.substr(begin, law.find(',', begin) - begin));
  if (!value) return std::nullopt;
  return value.value().to_seconds();
}

std::string value_text(const VariedParameter& parameter, double number) {
  if (parameter.whole) number = std::round(number);
  if (parameter.unit != "x") return number_text(number) + parameter.unit;
  const auto scaled = [&](const char* name) {
    return number_text(number * law_part(parameter.law, name).value_or(0)) + "s";
  };
  if (parameter.law.find("p50 ") != std::string::npos) {
    return fmt::format(R"({{"lognormal": {{"p50": "{}", "p99": "{}"}}}})", scaled("p50"),
                       scaled("p99"));
  }
  return fmt::format(R"({{"exponential": {{"mean": "{}"}}}})", scaled("mean"));
}

std::string value_words(const VariedParameter& parameter, double number) {
  if (parameter.whole) number = std::round(number);
  if (parameter.unit == "x") return fmt::format("x {:.3g}", number);
  if (parameter.unit == "s")
    return io::to_text(
        sim::Duration::from_seconds(std::strtod(fmt::format("{:.3g}", number).c_str(), nullptr)));
  return fmt::format("{:.4g}{}", number, parameter.unit);
}

double width_of(const SensitiveRow& row, const Swing& swing) {
  if (!swing.reached) return 0;
  const auto off = [&](const ComparedFigure& figure) {
    if (!figure.estimate || !row.base.estimate) return 0.0;
    return *figure.estimate - *row.base.estimate;
  };
  const double low = off(swing.low);
  const double high = off(swing.high);
  const double width = std::max({low, high, 0.0}) - std::min({low, high, 0.0});
  return std::isfinite(width) ? width : 0;
}

}  // namespace lifeboat::reports
