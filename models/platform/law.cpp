#include "models/platform/law.hpp"

#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "models/io/csv.hpp"
#include "models/io/files.hpp"

namespace lifeboat::models {
namespace {

using io::ObjectReader;
using io::Parameter;
using io::Problems;
using io::Value;
using sim::Duration;
using sim::Law;

enum class Measure : std::uint8_t { kDuration, kFactor };

constexpr const char* kForms =
    "a duration, or an object with one of constant, exponential, erlang, hyperexponential, "
    "lognormal, weibull, pareto, uniform, triangular, mixture, empirical";

/// Reads one law in one measure.
class LawReader {
 public:
  LawReader(Measure measure, Problems& problems) : measure_(measure), problems_(problems) {}

  std::optional<Law> read(const Value& value) {
    if (value.describer()) return std::nullopt;
    if (value.is_string() && measure_ == Measure::kDuration) {
      const auto duration = io::read_duration(value, problems_);
      return duration ? made(value, [&] { return Law::constant(*duration); }) : std::nullopt;
    }
    if (value.is_number() && measure_ == Measure::kFactor) {
      return made(value, [&] { return Law::constant(Duration::from_seconds(value.as_number())); });
    }
    if (!value.is_object()) {
      problems_.error(value.place(), value.shown() + " is no law", kForms);
      return std::nullopt;
    }
    return read_object(value);
  }

 private:
  template <class Make>
  std::optional<Law> made(const Value& at, Make make) {
    try {
      return make();
    } catch (const std::invalid_argument& error) {
      problems_.error(at.place(), error.what());
      return std::nullopt;
    }
  }

  Duration quantity(ObjectReader& r, const Parameter& p) {
    if (measure_ == Measure::kDuration) return r.required_duration(p);
    return Duration::from_seconds(r.required_number(p));
  }

  std::optional<Duration> maybe_quantity(ObjectReader& r, const Parameter& p, bool any_sign) {
    io::Range<Duration> durations;
    io::Range<double> numbers;
    if (any_sign) {
      durations.min.reset();
      numbers.min.reset();
    }
    if (measure_ == Measure::kDuration) return r.maybe_duration(p, durations);
    const auto number = r.maybe_number(p, numbers);
    if (!number) return std::nullopt;
    return Duration::from_seconds(*number);
  }

  std::optional<Law> read_object(const Value& value) {
    const std::size_t before = problems_.errors();
    ObjectReader r(value, problems_);
    std::optional<Law> law;
    const auto family =
        r.exactly_one_of({"constant", "exponential", "erlang", "hyperexponential", "lognormal",
                          "weibull", "pareto", "uniform", "triangular", "mixture", "empirical"});
    r.ignore({"constant", "exponential", "erlang", "hyperexponential", "lognormal", "weibull",
              "pareto", "uniform", "triangular", "mixture", "empirical"});
    if (family) law = read_family(*family, value.find(*family)->value);
    const auto shift = maybe_quantity(r, {"shift", "added to every draw"}, true);
    const auto least = maybe_quantity(r, {"min", "draws below count as this"}, false);
    const auto most = maybe_quantity(r, {"max", "draws above count as this"}, false);
    r.finish();
    if (!law || problems_.errors() != before) return std::nullopt;
    return made(value, [&] {
      Law result = *law;
      if (shift) result = result.shifted(*shift);
      if (least) result = result.at_least(*least);
      if (most) result = result.at_most(*most);
      return result;
    });
  }

  std::optional<Law> read_family(const std::string& family, const Value& value) {
    if (family == "constant") {
      if (value.is_object()) {
        problems_.error(value.place(), "a constant is written as its value", "a quantity");
        return std::nullopt;
      }
      return read(value);
    }
    if (family == "mixture") return read_mixture(value);
    if (family == "empirical") return read_empirical(value);
    return read_parameters(family, value);
  }

  std::optional<Law> read_parameters(const std::string& family, const Value& value) {
    const std::size_t before = problems_.errors();
    ObjectReader r(value, problems_);
    Duration first;
    Duration second;
    Duration third;
    double number = 0;
    const bool quantiles = family == "lognormal" && (r.has("p50") || r.has("p99"));
    if (quantiles) {
      first = quantity(r, "p50");
      second = quantity(r, "p99");
    } else if (family == "uniform" || family == "triangular") {
      first = quantity(r, "low");
      if (family == "triangular") second = quantity(r, "mode");
      third = quantity(r, "high");
    } else {
      first = quantity(r, "mean");
      if (family == "erlang") {
        number =
            static_cast<double>(r.required_count("k", {.min = 1, .max = Law::kMostErlangStages}));
      } else if (family == "hyperexponential" || family == "lognormal") {
        number = r.required_number("cv");
      } else if (family == "weibull" || family == "pareto") {
        number = r.required_number("shape");
      }
    }
    r.finish();
    if (problems_.errors() != before) return std::nullopt;
    return made(value, [&] {
      if (quantiles) return Law::lognormal_quantiles(first, second);
      if (family == "exponential") return Law::exponential(first);
      if (family == "erlang") return Law::erlang(first, static_cast<int>(number));
      if (family == "hyperexponential") return Law::hyperexponential(first, number);
      if (family == "lognormal") return Law::lognormal(first, number);
      if (family == "weibull") return Law::weibull(first, number);
      if (family == "pareto") return Law::pareto(first, number);
      if (family == "uniform") return Law::uniform(first, third);
      return Law::triangular(first, second, third);
    });
  }

  std::optional<Law> read_mixture(const Value& value) {
    if (!value.is_array() || value.size() == 0 || value.size() > Law::kMostComponents) {
      problems_.error(
          value.place(), "a mixture is a list of pairs",
          "[[0.9, LAW], [0.1, LAW]], at most " + std::to_string(Law::kMostComponents) + " of them");
      return std::nullopt;
    }
    std::vector<Law::Component> components;
    for (const Value& pair : value.elements()) {
      if (!pair.is_array() || pair.size() != 2) {
        problems_.error(pair.place(), "not a pair of a weight and a law", "[0.9, LAW]");
        continue;
      }
      const auto weight = io::read_number(pair.elements()[0], problems_, io::positive<double>());
      auto law = read(pair.elements()[1]);
      if (weight && law) components.push_back({*weight, std::move(*law)});
    }
    if (components.size() != value.size()) return std::nullopt;
    return made(value, [&] { return Law::mixture(components); });
  }

  std::optional<Law> read_empirical(const Value& value) {
    ObjectReader r(value, problems_);
    const auto file =
        r.raw({"file", "a table whose first column holds the values"}, io::ValueType::file, true);
    r.finish();
    if (!file) return std::nullopt;
    const auto path = io::resolve_reference(*file, problems_);
    if (!path) return std::nullopt;
    const auto table =
        io::CsvTable::read(*path, {.header = false, .rows = Law::kMostValues}, problems_, &*file);
    if (!table) return std::nullopt;
    const std::size_t before = problems_.errors();
    std::vector<Duration> values;
    for (std::size_t row = 0; row < table->rows(); ++row) {
      if (const auto field = read_field(*table, row)) values.push_back(*field);
    }
    if (problems_.errors() != before) return std::nullopt;
    return made(*file, [&] { return Law::empirical(std::move(values)); });
  }

  std::optional<Duration> read_field(const io::CsvTable& table, std::size_t row) {
    const std::string text = table.field(row, 0);
    if (text.empty()) return std::nullopt;
    if (const auto number = io::parse_number(text)) {
      if (*number >= 0) return Duration::from_seconds(*number);
    } else if (measure_ == Measure::kDuration) {
      if (const auto duration = io::parse_duration(text); duration && *duration >= Duration{}) {
        return *duration;
      }
    }
    problems_.error(table.place(row), io::quote(text) + " is no value of a law",
                    "a number of seconds, or a duration, not negative");
    return std::nullopt;
  }

  Measure measure_;
  Problems& problems_;
};

}  // namespace

std::optional<Law> read_law(const Value& value, Problems& problems) {
  return LawReader(Measure::kDuration, problems).read(value);
}

std::optional<Law> read_factor(const Value& value, Problems& problems) {
  return LawReader(Measure::kFactor, problems).read(value);
}

Law required_law(ObjectReader& reader, const Parameter& parameter) {
  const auto value = reader.raw(parameter, io::ValueType::law, true);
  if (!value) return {};
  return read_law(*value, reader.problems()).value_or(Law{});
}

Law optional_law(ObjectReader& reader, const Parameter& parameter, const Law& standard) {
  const std::string described = standard.describe();
  Parameter documented = parameter;
  if (documented.otherwise.empty()) documented.otherwise = described;
  return maybe_law(reader, documented).value_or(standard);
}

std::optional<Law> maybe_law(ObjectReader& reader, const Parameter& parameter) {
  const auto value = reader.raw(parameter, io::ValueType::law);
  if (!value) return std::nullopt;
  return read_law(*value, reader.problems());
}

std::optional<Law> maybe_factor(ObjectReader& reader, const Parameter& parameter) {
  const auto value = reader.raw(parameter, io::ValueType::law);
  if (!value) return std::nullopt;
  return read_factor(*value, reader.problems());
}

}  // namespace lifeboat::models
