// The time series and the incident log as text.
#include <cmath>

#include <fmt/format.h>

#include "reports/document/document.hpp"
#include "reports/document/json.hpp"
#include "reports/document/series.hpp"

namespace lifeboat::reports {

namespace {

/// Names of the phases at an instant, joined by "+"; empty where there is none.
std::string phases_at(const std::vector<NamedWindow>& phases, sim::Instant t) {
  std::string names;
  for (const NamedWindow& phase : phases) {
    if (t < phase.from || t >= phase.to) continue;
    if (!names.empty()) names += '+';
    names += phase.name;
  }
  return names;
}

void append_event(std::string& out, std::uint32_t trial, const sim::IncidentEvent& event) {
  Json json;
  json["t_s"] = seconds(event.at);
  json["trial"] = trial_number(trial);
  json["kind"] = event.kind;
  json["subject"] = event.subject;
  json["region"] = event.region;
  json["text"] = event.text;
  json["cause"] = event.cause;
  out += dump(json, -1);
  out += '\n';
}

}  // namespace

std::string timeseries_csv(const Report& report, const RunInput& input) {
  std::string out = "t_s,phase,subject,region,measure,value\n";
  if (!report.shown) return out;
  for (const ShownSeries& series : shown_series(*report.shown, input)) {
    for (std::size_t i = 0; i < series.values.size(); ++i) {
      if (std::isnan(series.values[i])) continue;
      const double t = static_cast<double>(i) * series.dt_s;
      const std::string phase =
          phases_at(report.shown->phases, sim::Instant::from_seconds(t + series.dt_s / 2));
      // Names match [a-z][a-z0-9-]*: no field needs quotes.
      out += fmt::format("{},{},{},{},{},{}\n", t, phase, series.subject, series.region,
                         series.measure, series.values[i]);
    }
  }
  return out;
}

std::string events_jsonl(const Study& study) {
  std::string out;
  if (!study.events.empty()) {
    for (const auto& [trial, events] : study.events) {
      for (const sim::IncidentEvent& event : events) append_event(out, trial, event);
    }
  } else if (study.report.shown) {
    for (const sim::IncidentEvent& event : study.report.shown->result.events) {
      append_event(out, study.report.shown->trial, event);
    }
  }
  return out;
}

}  // namespace lifeboat::reports
