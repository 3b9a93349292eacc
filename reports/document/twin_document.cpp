#include "reports/document/twin_document.hpp"

#include "lifeboat_version.hpp"
#include "reports/document/json.hpp"
#include "reports/document/output.hpp"
#include "reports/html/page.hpp"
#include "reports/text/twin_text.hpp"

namespace lifeboat::reports {

namespace {

constexpr double kNanosecond = 1e-9;

Json figure_json(const TwinFigure& figure) {
  return {{"seen", number(figure.seen)},
          {"expected", number(figure.expected)},
          {"low", number(figure.low)},
          {"high", number(figure.high)}};
}

Json stretch_json(const Twin& twin, const scenarios::TraceStretch& where) {
  return {{"at", trace_time_words(twin, where.at_ns)}, {"length_s", where.length_s}};
}

Json model_json(const Twin& twin) {
  const scenarios::TrafficFit& fit = twin.fit;
  Json json;
  json["per_second"] = number(fit.per_second);
  json["forecast_cv"] = number(fit.forecast_cv);
  json["has_day"] = fit.has_day;
  json["day"] = fit.shape.workday;
  json["weekend"] = fit.shape.weekend_differs ? Json(fit.shape.weekend) : Json(nullptr);
  json["week"] = fit.shape.week;
  json["level_moves"] = fit.level.moves;
  json["level_slope_a_day"] = number(fit.level.slope);
  json["bursts"] = Json::array();
  for (const scenarios::Burst& burst : fit.bursts) {
    json["bursts"].push_back(
        {{"cv", number(burst.cv)}, {"correlation_s", burst.correlation.to_seconds()}});
  }
  json["events"] = Json::array();
  for (const scenarios::FoundEvent& event : fit.events) {
    Json one = stretch_json(twin, event.where);
    one["factor"] = number(event.factor);
    one["excess"] = number(event.excess);
    json["events"].push_back(std::move(one));
  }
  json["gaps"] = Json::array();
  for (const scenarios::FoundGap& gap : fit.gaps) {
    Json one = stretch_json(twin, gap.where);
    one["silent"] = gap.silent;
    json["gaps"].push_back(std::move(one));
  }
  return json;
}

Json check_json(const Twin& twin) {
  if (!twin.check) return nullptr;
  const TwinCheck& check = *twin.check;
  Json json;
  json["from"] = trace_time_words(twin, check.from_ns);
  json["to"] = trace_time_words(twin, check.to_ns);
  json["level"] = figure_json(check.level);
  json["profile_error"] = check.day.empty() ? Json(nullptr) : number(check.profile_error);
  json["chance_profile_error"] = check.day.empty() ? Json(nullptr) : number(check.chance_error);
  json["flat_profile_error"] = check.day.empty() ? Json(nullptr) : number(check.flat_error);
  json["dispersion_factor"] = number(check.dispersion_error);
  json["flat_dispersion_factor"] = number(check.flat_dispersion_error);
  json["covered"] = number(check.covered);
  json["day"] = Json::array();
  for (const TwinDayCell& cell : check.day) {
    json["day"].push_back({{"second_of_day", cell.second_of_day},
                           {"seen", number(cell.seen)},
                           {"expected", number(cell.expected)}});
  }
  json["dispersion"] = Json::array();
  for (const TwinDispersion& row : check.dispersion) {
    Json one = figure_json(row.index);
    one["window_s"] = row.window_s;
    json["dispersion"].push_back(std::move(one));
  }
  return json;
}

Json twin_json(const Twin& twin) {
  Json json;
  json["format"] = "lifeboat/twin/1";
  json["version"] = kVersion;
  json["file"] = twin.file;
  json["stream"] = twin.stream;
  json["seed"] = twin.seed;
  json["trials"] = twin.trials;
  json["band"] = kTwinBand;
  json["hold_back"] = twin.hold_back;
  if (twin.interrupted) json["interrupted"] = true;
  json["data"] = {{"from", trace_time_words(twin, twin.series.start_ns)},
                  {"bins", twin.series.counts.size()},
                  {"bin_s", twin.series.bin.to_seconds()},
                  {"mean_per_second", number(twin.fit.mean_per_second)}};
  json["model"] = model_json(twin);
  json["check"] = check_json(twin);
  json["no_check"] = twin.no_check;
  json["traffic"] = twin.traffic;
  return json;
}

/// What the page charts: the held-back part against the band.
Json bins_json(const Twin& twin) {
  Json json;
  if (!twin.check || twin.check->bins.empty()) return nullptr;
  const auto& bins = twin.check->bins;
  json["labels"] = Json::array();
  for (const TwinBin& bin : bins) {
    json["at_s"].push_back(static_cast<double>(bin.at_ns - bins.front().at_ns) * kNanosecond);
    json["labels"].push_back(trace_time_words(twin, bin.at_ns));
    json["seen"].push_back(bin.seen ? number(*bin.seen) : Json(nullptr));
    json["expected"].push_back(number(bin.rate.expected));
    json["low"].push_back(number(bin.rate.low));
    json["high"].push_back(number(bin.rate.high));
  }
  return json;
}

}  // namespace

std::string twin_document(const Twin& twin) { return dump(twin_json(twin), 2) + "\n"; }

std::vector<std::string> write_twin(const std::filesystem::path& folder, const Twin& twin) {
  Json page;
  page["twin"] = twin_json(twin);
  page["twin"]["summary"] = twin_sentences(twin);
  page["twin"]["bins"] = bins_json(twin);
  return write_all(folder, {{"twin.html", html::render_page(dump(page, -1))},
                            {"twin.json", twin_document(twin)},
                            {"twin.md", twin_markdown(twin)},
                            {"traffic.json", twin.traffic}});
}

}  // namespace lifeboat::reports
