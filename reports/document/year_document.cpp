#include "reports/document/year_document.hpp"

#include "lifeboat_version.hpp"
#include "reports/document/json.hpp"
#include "reports/document/output.hpp"
#include "reports/html/page.hpp"
#include "reports/text/year_text.hpp"

namespace lifeboat::reports {

namespace {

Json range_json(const YearRange& range) {
  return {{"value", number(range.value)}, {"low", number(range.low)}, {"high", number(range.high)}};
}

Json incident_json(const YearIncidentReport& incident, const YearRow& row) {
  Json json;
  json["incident"] = row.name;
  json["scenario"] = incident.scenario;
  json["title"] = incident.title;
  json["given"] = incident.given;
  json["rate_per_year"] = {{"value", number(incident.rate.per_year)},
                           {"low", number(incident.rate.low)},
                           {"high", number(incident.rate.high)},
                           {"basis", scenarios::name_of(incident.rate.basis)},
                           {"source", incident.rate.source}};
  json["trials"] = incident.trials;
  json["not_recovered"] = incident.not_recovered;
  json["with_strategy"] = incident.with_strategy;
  json["lost_minutes"] = {
      {"value", number(row.loss)}, {"low", number(row.loss_low)}, {"high", number(row.loss_high)}};
  json["bad_minutes"] = number(row.bad_minutes);
  json["lost_minutes_per_year"] = range_json(row.minutes_a_year);
  json["bad_minutes_per_year"] = number(row.bad_minutes_a_year);
  json["share"] = number(row.share);
  return json;
}

Json year_json(const YearReport& report) {
  const YearEstimate& estimate = report.estimate;
  Json json;
  json["format"] = "lifeboat/availability/1";
  json["version"] = kVersion;
  json["name"] = report.name;
  json["title"] = report.title;
  json["strategy"] = report.strategy.empty() ? Json(nullptr) : Json(report.strategy);
  json["seed"] = report.seed;
  json["trials"] = report.trials;
  json["confidence"] = kYearConfidence;
  if (report.interrupted) json["interrupted"] = true;
  json["promise"] = report.promise;
  json["allowed_minutes"] = (1 - report.promise) * scenarios::kMinutesOfYear;
  json["availability"] = range_json(estimate.availability);
  json["lost_minutes_per_year"] = range_json(estimate.minutes);
  json["bad_minutes_per_year"] = number(estimate.bad_minutes);
  json["p_long_run_holds"] = number(estimate.holds);
  json["p_year_holds"] = number(estimate.year_holds);
  json["verdict"] = name_of(report.verdict);
  json["steady"] = {{"lost_minutes_per_year", range_json(estimate.steady_minutes)},
                    {"share", number(estimate.steady_part)}};
  json["incidents"] = Json::array();
  for (std::size_t i = 0; i < report.incidents.size(); ++i) {
    json["incidents"].push_back(incident_json(report.incidents[i], estimate.rows[i]));
  }
  json["left_out"] = report.left_out;
  json["findings"] = findings_json(report.findings);
  return json;
}

}  // namespace

std::string year_document(const YearReport& report) { return dump(year_json(report), 2) + "\n"; }

std::vector<std::string> write_year(const std::filesystem::path& folder, const YearReport& report) {
  Json page;
  page["availability"] = year_json(report);
  page["availability"]["summary"] = year_sentences(report);
  return write_all(folder, {{"availability.html", html::render_page(dump(page, -1))},
                            {"availability.json", year_document(report)},
                            {"availability.md", year_markdown(report)}});
}

}  // namespace lifeboat::reports
