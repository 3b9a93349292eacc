// What the page shows beyond the result document: see reports/html/README.md.
#include <algorithm>
#include <cmath>

#include "reports/document/document.hpp"
#include "reports/document/json.hpp"
#include "reports/document/series.hpp"
#include "reports/seconds.hpp"

namespace lifeboat::reports {

namespace {

constexpr double kSlowestShare = 0.01;

Json phases_json(const std::vector<NamedWindow>& phases) {
  Json json = Json::array();
  for (const NamedWindow& phase : phases) {
    json.push_back(
        {{"name", phase.name}, {"from_s", seconds(phase.from)}, {"to_s", seconds(phase.to)}});
  }
  return json;
}

Json figures_json(const std::vector<FigureReport>& figures) {
  Json json = Json::array();
  for (const FigureReport& figure : figures) {
    json.push_back({{"name", figure.name},
                    {"label", figure.label},
                    {"value", number(figure.value)},
                    {"low", number(figure.low)},
                    {"high", number(figure.high)},
                    {"unit", figure.unit},
                    {"note", figure.note}});
  }
  return json;
}

Json journeys_json(const std::vector<JourneyReport>& journeys) {
  Json json = Json::array();
  for (const JourneyReport& journey : journeys) {
    Json one;
    one["name"] = journey.name;
    one["critical"] = journey.critical;
    one["good_within_s"] = number(journey.good_within_s);
    one["good"] =
        journey.offered > 0
            ? number(static_cast<double>(journey.good) / static_cast<double>(journey.offered))
            : Json(nullptr);
    one["rto_s"] = journey.rto_p50_s ? Json{{"p50", number(journey.rto_p50_s)},
                                            {"p95", number(journey.rto_p95_s)}}
                                     : Json(nullptr);
    json.push_back(std::move(one));
  }
  return json;
}

Json objectives_json(const std::vector<ObjectiveReport>& objectives) {
  Json json = Json::array();
  for (const ObjectiveReport& objective : objectives) {
    Json one;
    one["threshold"] = number(objective.threshold);
    if (objective.share_needed) one["need_share"] = number(*objective.share_needed);
    one["reason"] = objective.reason;
    json.push_back(std::move(one));
  }
  return json;
}

Json trials_json(const std::vector<TrialReport>& trials) {
  Json json = Json::array();
  for (const TrialReport& trial : trials) {
    const bool has_time = trial.whole.outcome != RecoveryOutcome::kNoFault &&
                          trial.whole.outcome != RecoveryOutcome::kAlreadyFailing;
    json.push_back({{"trial", trial_number(trial.trial)},
                    {"outcome", name_of(trial.whole.outcome)},
                    {"rto_s", has_time ? number(seconds_of(trial.whole.rto)) : Json(nullptr)},
                    {"rpo_s", number(trial.rpo_s)},
                    {"lost", trial.lost}});
  }
  return json;
}

/// Seven significant digits: a page needs no more, and they halve its size.
Json rounded(double value) {
  if (!std::isfinite(value)) return nullptr;
  if (value == 0) return 0;
  const int magnitude = static_cast<int>(std::floor(std::log10(std::abs(value))));
  const double scale = std::pow(10.0, std::clamp(6 - magnitude, -12, 12));
  return std::round(value * scale) / scale;
}

Json series_json(const std::vector<ShownSeries>& all) {
  Json json = Json::array();
  for (const ShownSeries& series : all) {
    Json values = Json::array();
    for (const double value : series.values) values.push_back(rounded(value));
    json.push_back({{"subject", series.subject},
                    {"region", series.region.empty() ? Json(nullptr) : Json(series.region)},
                    {"measure", series.measure},
                    {"unit", series.unit},
                    {"t0_s", 0},
                    {"dt_s", number(series.dt_s)},
                    {"values", std::move(values)}});
  }
  return json;
}

Json events_json(const sim::TrialResult& result) {
  Json json = Json::array();
  for (const sim::IncidentEvent& event : result.events) {
    json.push_back({{"t_s", seconds(event.at)},
                    {"kind", event.kind},
                    {"subject", event.subject},
                    {"region", event.region.empty() ? Json(nullptr) : Json(event.region)},
                    {"text", event.text},
                    {"cause", event.cause}});
  }
  return json;
}

Json where_rows(const std::vector<std::uint64_t>& wait, const std::vector<std::uint64_t>& service,
                std::uint64_t count, const std::vector<std::string>& names) {
  Json json = Json::array();
  for (std::size_t s = 0; s < std::min({wait.size(), service.size(), names.size()}); ++s) {
    if (count == 0 || wait[s] + service[s] == 0) continue;
    const auto n = static_cast<double>(count);
    json.push_back({{"service", names[s]},
                    {"wait_s", number(static_cast<double>(wait[s]) * 1e-9 / n)},
                    {"service_s", number(static_cast<double>(service[s]) * 1e-9 / n)}});
  }
  return json;
}

/// The mean over all trials, the slowest over the trial shown (only detailed trials keep them).
Json where_json(const Report& report, const RunInput& input) {
  Json json = Json::array();
  for (std::size_t j = 0; j < report.journeys.size(); ++j) {
    Json one;
    one["journey"] = report.journeys[j].name;
    one["slowest_share"] = kSlowestShare;
    one["mean"] = Json::array();
    for (const WhereReport& where : report.journeys[j].where) {
      one["mean"].push_back({{"service", where.service},
                             {"wait_s", number(where.wait_s)},
                             {"service_s", number(where.service_s)}});
    }
    one["slowest"] = Json::array();
    if (report.shown && j < report.shown->result.journeys.size()) {
      const sim::JourneyResult& journey = report.shown->result.journeys[j];
      one["slowest"] = where_rows(journey.slow_wait_ns, journey.slow_service_ns, journey.slow_count,
                                  input.network->services);
    }
    if (!one["mean"].empty()) json.push_back(std::move(one));
  }
  return json;
}

Json load_json(const std::vector<LoadRow>& rows) {
  Json json = Json::array();
  for (const LoadRow& row : rows) {
    json.push_back({{"service", row.service},
                    {"region", row.region.empty() ? Json(nullptr) : Json(row.region)},
                    {"capacity", row.capacity},
                    {"mean", number(row.mean)},
                    {"peak", number(row.peak)},
                    {"failover", number(row.failover)}});
  }
  return json;
}

void add_shown_trial(Json& json, const ShownTrial& shown, const RunInput& input) {
  json["trial"] = {{"number", trial_number(shown.trial)}, {"why", shown.why}};
  json["fault_at_s"] = seconds(shown.whole.fault_at);
  json["recovered_at_s"] = seconds(shown.whole.recovered_at);
  json["phases"] = phases_json(shown.phases);
  json["series"] = series_json(shown_series(shown, input));
  json["events"] = events_json(shown.result);
  json["gantt"] = failover_json(shown.failover);
}

}  // namespace

Json detail_json(const Report& report, const RunInput& input) {
  Json json;
  json["title"] = report.title;
  json["scenario"] = report.scenario;
  json["platform"] =
      report.strategy.empty() ? report.platform : report.platform + " with " + report.strategy;
  json["given"] = report.given.empty() ? Json(nullptr) : Json(report.given);
  if (input.clock) {
    json["clock"] = {{"start", input.clock->start},
                     {"time_zone", input.clock->time_zone},
                     {"utc_offset_s", input.clock->utc_offset_s}};
  }
  json["duration_s"] = report.shown ? number(seconds_of(report.shown->result.measured))
                                    : number(seconds_of(report.duration));
  Json& regions = json["regions"] = Json::object();
  for (const auto& [name, place] : input.regions) regions[name] = place;
  json["figures"] = figures_json(report.figures);
  json["journeys"] = journeys_json(report.journeys);
  json["objectives"] = objectives_json(report.objectives);
  json["trials"] = trials_json(report.trial_rows);
  if (report.shown) add_shown_trial(json, *report.shown, input);
  json["where"] = where_json(report, input);
  json["load"] = load_json(input.load);
  Json& inputs = json["inputs"] = Json::array();
  for (const auto& [name, text] : input.inputs) {
    inputs.push_back({{"name", name}, {"text", text}});
  }
  Json& unsourced = json["unsourced"] = Json::array();
  for (const UnsourcedValue& value : input.unsourced) {
    unsourced.push_back({{"path", value.path},
                         {"value", value.value},
                         {"range", value.range},
                         {"note", value.note}});
  }
  return json;
}

std::string page_data(const Report& report, const RunInput& input) {
  Json json;
  json["result"] = result_json(report);
  json["detail"] = detail_json(report, input);
  return dump(json, -1);
}

}  // namespace lifeboat::reports
