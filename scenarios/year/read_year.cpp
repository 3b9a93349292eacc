#include "models/io/files.hpp"
#include "models/io/reader.hpp"
#include "scenarios/year/year.hpp"

namespace lifeboat::scenarios {

namespace io = models::io;

namespace {

constexpr double kSecondsOfYear = kMinutesOfYear * 60;

std::optional<std::filesystem::path> scenario_file(io::ObjectReader& r, const io::Parameter& key) {
  const auto written = r.raw(key, io::ValueType::kText);
  if (!written || r.describing()) return std::nullopt;
  const auto path = io::resolve_reference(*written, r.problems());
  std::error_code error;
  if (path && !std::filesystem::is_regular_file(*path, error)) {
    r.error(key.name, "there is no file " + io::quote(path->string()), "the file of a scenario");
    return std::nullopt;
  }
  return path;
}

YearlyRate read_yearly_rate(io::ObjectReader& r) {
  constexpr io::Choice<YearlyRate::Basis> kBases[] = {
      {"published", YearlyRate::Basis::kPublished, "the source says so"},
      {"derived", YearlyRate::Basis::kDerived, "counted or computed from what the source says"},
      {"guess", YearlyRate::Basis::kGuess, "nobody publishes it"},
  };
  YearlyRate rate;
  rate.per_year =
      r.required_rate({"rate", "how often one begins: \"1 / 30y\""}).per_second * kSecondsOfYear;
  std::vector<double> ends;
  r.array({"between", "least and most that it may be: [\"1 / 50y\", \"1 / 10y\"]"},
          [&](std::size_t, const io::Value& value) {
            const auto end = io::read_rate(value, r.problems());
            if (end) ends.push_back(end->per_second * kSecondsOfYear);
          });
  if (!r.describing() && r.has("rate")) {
    // 1e-9: the same rate, written in another unit.
    const bool fits = ends.size() == 2 && ends[0] > 0 && ends[0] <= rate.per_year * (1 + 1e-9) &&
                      rate.per_year <= ends[1] * (1 + 1e-9);
    if (!fits) {
      r.error("between", "these are not two rates around \"rate\", the first above 0",
              "[\"1 / 50y\", \"1 / 10y\"] around \"1 / 30y\"");
    } else {
      rate.low = ends[0];
      rate.high = ends[1];
    }
  }
  rate.basis = r.required_enum({"basis", "what the rate rests on"}, kBases);
  rate.source = r.required_string({"source", "where it comes from, with its date"});
  return rate;
}

}  // namespace

std::string_view name_of(YearlyRate::Basis basis) {
  switch (basis) {
    case YearlyRate::Basis::kPublished:
      return "published";
    case YearlyRate::Basis::kDerived:
      return "derived";
    case YearlyRate::Basis::kGuess:
      return "guess";
  }
  return "";
}

Year read_year(const io::Value& root, io::Problems& problems) {
  Year year;
  io::ObjectReader r(root, problems);
  r.format("year", 1);
  year.name = r.required_name({"name", "what reports call it"});
  year.title = r.optional_string({"title", "a sentence for people"}, "");
  year.promise =
      r.optional_ratio({"promise", "availability that is promised"}, io::Ratio{year.promise}).value;
  if (!r.describing() && !(year.promise > 0 && year.promise < 1)) {
    r.error("promise", "no availability that could be promised",
            "a share between 0 and 1, such as 99.99%");
  }
  year.steady = scenario_file(
      r, {"steady", "a scenario without faults: what is lost when nothing happens", "", "nothing"});
  r.map({"incidents", "what happens, and how often"},
        [&](std::string_view name, io::ObjectReader& one) {
          YearlyIncident incident;
          incident.name = std::string(name);
          const auto file = scenario_file(one, {"scenario", "the scenario that it is"});
          if (!file && !one.describing() && !one.has("scenario")) {
            one.error("scenario", "no scenario", "the file of one");
          }
          if (file) incident.scenario = *file;
          incident.rate = read_yearly_rate(one);
          year.incidents.push_back(std::move(incident));
        });
  if (!r.describing() && root.is_object() && year.incidents.empty() && !problems.has_errors()) {
    problems.error(root.place(), "a year in which nothing happens", "at least one incident");
  }
  return year;
}

io::Schema year_schema() {
  return io::describe([](const io::Value& value, io::Problems& problems) {
    static_cast<void>(read_year(value, problems));
  });
}

}  // namespace lifeboat::scenarios
