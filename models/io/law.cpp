#include "models/io/law.hpp"

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "models/io/csv.hpp"
#include "models/io/detail/node.hpp"
#include "models/io/detail/quantity_traits.hpp"
#include "models/io/files.hpp"
#include "models/io/reader.hpp"
#include "models/io/suggest.hpp"

namespace lifeboat::models::io {

namespace {

using sim::Duration;
using sim::Law;

constexpr std::size_t kEmpiricalBytes = std::size_t{32} << 20;
constexpr double kLargestFactor = 1e9;
constexpr std::string_view kLawExpected =
    R"(a duration such as "250ms", or a law such as {"exponential": {"mean": "10ms"}})";
constexpr std::string_view kFactorExpected =
    R"(a number such as 1, or a law such as {"lognormal": {"mean": 1, "cv": 0.15}})";

/// A family's name and what it is.
struct Family {
  std::string_view name;
  std::string_view doc;
};

constexpr Family kFamilies[] = {
    {"constant", "always the same value"},
    {"exponential", "no memory: coefficient of variation 1"},
    {"erlang", "the sum of k exponentials: coefficient of variation 1 / sqrt(k)"},
    {"hyperexponential", "a mixture of two exponentials: coefficient of variation above 1"},
    {"lognormal", "by mean and cv, or by p50 and p99"},
    {"weibull", "shape below 1 has a heavy tail, above 1 a light one"},
    {"pareto", "a power tail; the variance is infinite for a shape of at most 2"},
    {"uniform", "all values between low and high alike"},
    {"triangular", "between low and high, mode the most frequent"},
    {"mixture", "one of several laws, each with its probability"},
    {"empirical", "one of the values of a file, all alike"},
};

using Maker = std::function<Law()>;

/// Shift and bounds, which may stand beside the family's name or among its parameters.
struct Bounds {
  std::optional<Duration> shift;
  std::optional<Duration> low;
  std::optional<Duration> high;
};

/// Reads one law; all its quantities are durations or all are plain numbers.
class LawReader {
 public:
  LawReader(Problems& problems, LawUnit unit) : problems_(problems), unit_(unit) {}

  std::optional<Law> read(const Value& value);

 private:
  void describe(const Value& value);
  std::optional<Law> read_object(ObjectReader& r);
  std::optional<Law> read_family(ObjectReader& r, std::string_view name);
  /// Reads the parameters; the law is made later, when all of them are known to be good.
  Maker parametric(ObjectReader& r, std::string_view name);
  Maker lognormal(ObjectReader& r);
  std::optional<Law> mixture(const Value& parts);
  Maker empirical(ObjectReader& r);
  std::optional<Duration> plain(const Value& value);
  Duration need(ObjectReader& r, const Parameter& p, bool may_be_zero = false);
  std::optional<Duration> bound(ObjectReader& r, const Parameter& p, bool may_be_negative);
  void bounds(ObjectReader& r);
  /// Makes the law, or reports what the engine has against it.
  std::optional<Law> made(const Place& place, const Maker& make);

  Problems& problems_;
  LawUnit unit_;
  Bounds bounds_;
};

std::optional<Law> LawReader::made(const Place& place, const Maker& make) {
  try {
    return make();
  } catch (const std::invalid_argument& wrong) {
    problems_.error(place, wrong.what());
    return std::nullopt;
  }
}

std::optional<Duration> LawReader::plain(const Value& value) {
  if (unit_ == LawUnit::kDuration) return read_duration(value, problems_);
  const auto number = read_number(value, problems_, {.min = 0.0, .max = kLargestFactor});
  if (!number) return std::nullopt;
  return Duration::from_seconds(*number);
}

Duration LawReader::need(ObjectReader& r, const Parameter& p, bool may_be_zero) {
  if (unit_ == LawUnit::kDuration) {
    return r.required_duration(
        p, {.min = Duration{}, .max = Law::kLongest, .above_min = !may_be_zero});
  }
  return Duration::from_seconds(
      r.required_number(p, {.min = 0.0, .max = kLargestFactor, .above_min = !may_be_zero}));
}

std::optional<Duration> LawReader::bound(ObjectReader& r, const Parameter& p,
                                         bool may_be_negative) {
  if (unit_ == LawUnit::kDuration) {
    const Duration least = may_be_negative ? -Law::kLongest : Duration{};
    return r.maybe_duration(p, {.min = least, .max = Law::kLongest});
  }
  const double least = may_be_negative ? -kLargestFactor : 0.0;
  const auto number = r.maybe_number(p, {.min = least, .max = kLargestFactor});
  if (!number) return std::nullopt;
  return Duration::from_seconds(*number);
}

void LawReader::bounds(ObjectReader& r) {
  const auto take = [&](const Parameter& p, bool may_be_negative, std::optional<Duration>& slot) {
    const auto value = bound(r, p, may_be_negative);
    if (value && slot) {
      r.error(p.name, quote(p.name) + " is given twice",
              "once, beside the law's name or among its parameters");
    }
    if (value) slot = value;
  };
  take({"shift", "added to every draw; may be negative"}, true, bounds_.shift);
  take({"min", "smaller draws become this"}, false, bounds_.low);
  take({"max", "larger draws become this"}, false, bounds_.high);
  if (bounds_.low && bounds_.high && *bounds_.low > *bounds_.high) {
    r.error(r.has("min") ? "min" : "max", R"("min" is above "max")");
  }
}

Maker LawReader::lognormal(ObjectReader& r) {
  if (r.describing()) {  // one pair or the other
    for (const Parameter& p :
         {Parameter{"mean", "the mean, with cv"}, Parameter{"p50", "the median"},
          Parameter{"p99", "the 99th percentile, with p50"}}) {
      static_cast<void>(bound(r, p, false));
    }
    r.maybe_number({"cv", "standard deviation over mean, with mean"});
    return {};
  }
  if (r.has("p50") || r.has("p99")) {
    for (const auto* first : {"p50", "p99"}) {
      r.at_most_one_of({first, "mean"});
      r.at_most_one_of({first, "cv"});
    }
    r.ignore({"mean", "cv"});
    const Duration p50 = need(r, {"p50", "the median"});
    const Duration p99 = need(r, {"p99", "the 99th percentile"});
    return [=] { return Law::lognormal_quantiles(p50, p99); };
  }
  const Duration mean = need(r, {"mean", "the mean"});
  const double cv = r.required_number({"cv", "standard deviation over mean"},
                                      {.min = 0.0, .max = Law::kMostVariable});
  return [=] { return Law::lognormal(mean, cv); };
}

Maker LawReader::parametric(ObjectReader& r, std::string_view name) {
  if (name == "lognormal") return lognormal(r);
  if (name == "empirical") return empirical(r);
  if (name == "uniform" || name == "triangular") {
    const Duration low = need(r, {"low", "the smallest value"}, true);
    const bool uniform = name == "uniform";
    const Duration mode = uniform ? low : need(r, {"mode", "the most frequent value"}, true);
    const Duration high = need(r, {"high", "the largest value"}, true);
    if (uniform) return [=] { return Law::uniform(low, high); };
    return [=] { return Law::triangular(low, mode, high); };
  }
  const Duration mean = need(r, {"mean", "the mean"});
  if (name == "exponential") return [=] { return Law::exponential(mean); };
  if (name == "erlang") {
    const auto k = r.required_count({"k", "stages"}, {.min = 1, .max = Law::kMostErlangStages});
    return [=] { return Law::erlang(mean, static_cast<int>(k)); };
  }
  if (name == "hyperexponential") {
    const double cv = r.required_number({"cv", "standard deviation over mean"},
                                        {.min = 1.0, .max = Law::kMostVariable});
    return [=] { return Law::hyperexponential(mean, cv); };
  }
  const bool weibull = name == "weibull";
  const double shape =
      r.required_number({"shape", "the smaller, the heavier the tail"},
                        {.min = weibull ? 0.1 : Law::kLeastParetoShape, .max = 100.0});
  if (weibull) return [=] { return Law::weibull(mean, shape); };
  return [=] { return Law::pareto(mean, shape); };
}

Maker LawReader::empirical(ObjectReader& r) {
  const auto file = r.raw({"file", "one value a line"}, ValueType::kFile, true);
  std::vector<Duration> values;
  if (r.describing() || !file) return {};
  const auto path = resolve_reference(*file, problems_);
  if (!path) return {};
  const CsvOptions options{.header = false, .bytes = kEmpiricalBytes, .rows = Law::kMostValues};
  const auto table = CsvTable::read(*path, options, problems_, &*file);
  if (!table) return {};
  for (std::size_t row = 0; row < table->rows() && !problems_.full(); ++row) {
    const std::string text = table->field(row, 0);
    const auto seconds = parse_number(text);
    const auto value = seconds ? Parsed<Duration>{Duration::from_seconds(*seconds)}
                       : unit_ == LawUnit::kDuration ? parse_duration(text)
                                                     : Parsed<Duration>{seconds.complaint()};
    if (!value) {
      problems_.error(table->place(row), value.complaint());
    } else if (*value < Duration{} || *value > Law::kLongest) {
      problems_.error(table->place(row), quote(text) + " is out of range", "0 to 100 years");
    } else {
      values.push_back(*value);
    }
  }
  return [values = std::move(values)] { return Law::empirical(values); };
}

std::optional<Law> LawReader::mixture(const Value& parts) {
  constexpr std::string_view kExpected = "an array of pairs such as [0.9, LAW]";
  if (!parts.is_array()) {
    problems_.error(parts.place(), "found " + parts.shown(), std::string{kExpected});
    return std::nullopt;
  }
  std::vector<Law::Component> components;
  bool good = true;
  for (const Value& part : parts.elements()) {
    if (part.size() != 2 || !part.is_array()) {
      problems_.error(part.place(), "found " + part.shown(), "a pair such as [0.9, LAW]");
      good = false;
      continue;
    }
    const Range<double> range{.min = 0.0, .max = 1.0, .above_min = true};
    const auto weight = read_number(part.elements()[0], problems_, range);
    const auto law = LawReader(problems_, unit_).read(part.elements()[1]);
    good = good && weight && law;
    if (good) components.push_back({*weight, *law});
  }
  if (!good) return std::nullopt;
  return made(parts.place(), [&] { return Law::mixture(components); });
}

std::optional<Law> LawReader::read_family(ObjectReader& r, std::string_view name) {
  std::string_view doc;
  for (const auto& family : kFamilies) {
    if (family.name == name) doc = family.doc;
  }
  if (name == "constant") {
    const auto value = r.raw({name, doc}, ValueType::kDuration);
    const auto constant = plain(*value);
    if (!constant) return std::nullopt;
    return made(value->place(), [&] { return Law::constant(*constant); });
  }
  if (name == "mixture") {
    const auto parts = r.raw({name, doc}, ValueType::kArray);
    if (r.describing()) return std::nullopt;
    return mixture(*parts);
  }
  std::optional<Law> law;
  r.section({name, doc}, [&](ObjectReader& parameters) {
    const std::size_t errors = problems_.errors();
    const Maker make = parametric(parameters, name);
    bounds(parameters);
    parameters.finish();
    if (!make || parameters.describing() || problems_.errors() != errors) return;
    law = made(parameters.place(), make);
  });
  return law;
}

std::optional<Law> LawReader::read_object(ObjectReader& r) {
  std::vector<std::string_view> given;
  std::vector<std::string> names;
  for (const auto& family : kFamilies) {
    r.ignore({family.name});
    names.emplace_back(family.name);
    if (r.has(family.name)) given.push_back(family.name);
  }
  std::optional<Law> law;
  if (given.size() == 1 || r.describing()) {
    for (const auto name : given) law = read_family(r, name);
  } else if (given.size() > 1) {
    r.error(given[1], quote(given[0]) + " and " + quote(given[1]) + " are two laws", "one of them");
  }
  const std::size_t errors = problems_.errors();
  bounds(r);
  r.finish();
  const bool good = problems_.errors() == errors;
  if (given.empty() && good) {
    problems_.error(r.place(), "the object names no law", "one of " + one_of(names));
  }
  if (!law || !good || r.describing()) return std::nullopt;
  return made(r.place(), [&] {
    Law result = *law;
    if (bounds_.shift) result = result.shifted(*bounds_.shift);
    if (bounds_.low) result = result.at_least(*bounds_.low);
    if (bounds_.high) result = result.at_most(*bounds_.high);
    return result;
  });
}

void LawReader::describe(const Value& value) {
  const std::string name = unit_ == LawUnit::kDuration ? "law" : "factor-law";
  auto& definitions = value.describer()->schema->definitions;
  if (definitions.try_emplace(name).second) {
    auto inner = std::make_shared<Describer>();
    inner->schema = value.describer()->schema;
    {
      ObjectReader r(Value::describing(inner), problems_);
      read_object(r);
    }
    definitions[name] = inner->forms.front();
  }
  Declaration form;
  form.type = ValueType::kLaw;
  form.definition = name;
  detail::describe_as(value, std::move(form));
}

std::optional<Law> LawReader::read(const Value& value) {
  if (value.describer() != nullptr) {
    describe(value);
    return std::nullopt;
  }
  const bool duration = unit_ == LawUnit::kDuration;
  if (value.is_object()) {
    ObjectReader r(value, problems_);
    return read_object(r);
  }
  const bool quantity = value.is_string() || value.is_number();
  if (!quantity) {
    problems_.error(value.place(), "found " + value.shown(),
                    std::string{duration ? kLawExpected : kFactorExpected});
    return std::nullopt;
  }
  const auto constant = plain(value);
  if (!constant) return std::nullopt;
  return made(value.place(), [&] { return Law::constant(*constant); });
}

}  // namespace

std::optional<sim::Law> read_law(const Value& value, Problems& problems, LawUnit unit) {
  return LawReader(problems, unit).read(value);
}

}  // namespace lifeboat::models::io
