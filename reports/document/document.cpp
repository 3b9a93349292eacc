#include "reports/document/document.hpp"

#include "lifeboat_version.hpp"
#include "reports/document/json.hpp"

namespace lifeboat::reports {

namespace {

Json summary_json(const Summary& summary) {
  Json json;
  json["p50"] = number(summary.p50);
  json["p95"] = number(summary.p95);
  json["mean"] = number(summary.mean);
  json["low"] = number(summary.low);
  json["high"] = number(summary.high);
  json["max"] = number(summary.max);
  return json;
}

void set_if(Json& json, const char* key, const std::optional<double>& value) {
  if (value) json[key] = number(*value);
}

Json objective_json(const ObjectiveReport& objective) {
  Json json;
  json["objective"] = objective.objective;
  if (!objective.subject.empty()) json["subject"] = objective.subject;
  json["estimate"] = number(objective.estimate);
  set_if(json, "p50", objective.p50);
  set_if(json, "p95", objective.p95);
  json["unit"] = objective.unit;
  json["low"] = number(objective.low);
  json["high"] = number(objective.high);
  json["confidence"] = number(objective.confidence);
  set_if(json, "share_met", objective.share_met);
  set_if(json, "share_low", objective.share_low);
  json["verdict"] = name_of(objective.verdict);
  if (objective.trials_to_settle) json["trials_to_settle"] = *objective.trials_to_settle;
  json["reason"] = objective.reason;
  return json;
}

Json latency_json(const LatencyReport& latency) {
  Json json;
  json["mean_s"] = number(latency.mean_s);
  json["mean_low_s"] = number(latency.mean_low_s);
  json["mean_high_s"] = number(latency.mean_high_s);
  json["p50_s"] = number(latency.p50.value);
  json["p90_s"] = number(latency.p90.value);
  json["p99_s"] = number(latency.p99.value);
  json["p99_low_s"] = number(latency.p99.low);
  json["p99_high_s"] = number(latency.p99.high);
  json["max_s"] = number(latency.max_s);
  return json;
}

Json journey_json(const JourneyReport& journey) {
  Json json;
  json["offered"] = journey.offered;
  json["succeeded"] = journey.succeeded;
  json["failed"] = journey.failed;
  json["unfinished"] = journey.unfinished;
  json["good"] = journey.good;
  json["came_back"] = journey.came_back;
  Json& causes = json["failed_by"] = Json::object();
  for (std::size_t c = 1; c < journey.failed_by.size(); ++c) {
    if (journey.failed_by[c] == 0) continue;
    causes[std::string{sim::name_of(static_cast<sim::Cause>(c))}] = journey.failed_by[c];
  }
  Json& served = json["served_by"] = Json::object();
  for (const auto& [region, count] : journey.served_by) {
    if (count > 0) served[region] = count;
  }
  json["latency"] = latency_json(journey.latency);
  Json& where = json["where"] = Json::object();
  for (const WhereReport& one : journey.where) {
    where[one.service] = {{"wait_s", number(one.wait_s)}, {"service_s", number(one.service_s)}};
  }
  return json;
}

Json station_json(const StationReport& station) {
  Json json;
  json["arrivals"] = station.arrivals;
  json["rejected"] = station.rejected;
  json["utilization"] = number(station.utilization);
  json["mean_number_waiting"] = number(station.mean_number_waiting);
  json["mean_wait_s"] = number(station.mean_wait_s);
  json["mean_sojourn_s"] = number(station.mean_sojourn_s);
  return json;
}

Json services_json(const std::vector<ServiceReport>& services) {
  Json json = Json::object();
  for (const ServiceReport& service : services) {
    Json one = station_json(service.headline);
    set_if(one, "running_tasks", service.running_tasks);
    set_if(one, "hit_ratio", service.hit_ratio);
    for (const auto& [name, station] : service.stations) {
      one["stations"][name] = station_json(station);
    }
    json[service.service][service.region.empty() ? "global" : service.region] = std::move(one);
  }
  return json;
}

Json recovery_json(const RecoveryReport& recovery) {
  Json json;
  Json rto = summary_json(recovery.rto);
  rto["recovered"] = recovery.recovered;
  rto["censored"] = recovery.censored;
  rto["not_breached"] = recovery.not_breached;
  rto["already_failing"] = recovery.already_failing;
  rto["relapsed"] = recovery.relapsed;
  json["rto_s"] = std::move(rto);
  json["rpo_s"] = summary_json(recovery.rpo);
  Json& stores = json["rpo"] = Json::object();
  for (const StoreLossReport& store : recovery.stores) {
    stores[store.store] = {{"seconds", summary_json(store.seconds)},
                           {"writes_lost", summary_json(store.writes_lost)},
                           {"opened", store.any_opened}};
  }
  Json& classes = json["classes"] = Json::object();
  for (const ClassLossReport& one : recovery.classes) {
    classes[one.name] = {
        {"lost", summary_json(one.lost)},       {"stranded", summary_json(one.stranded)},
        {"torn", summary_json(one.torn)},       {"duplicate", summary_json(one.duplicate)},
        {"p_any_lost", number(one.p_any_lost)}, {"p_any_low", number(one.p_any_low)},
        {"p_any_high", number(one.p_any_high)}};
  }
  Json& path = json["critical_path"] = Json::array();
  for (const PathSegment& segment : recovery.critical_path) {
    path.push_back({{"segment", segment.segment},
                    {"share_of_trials", number(segment.share_of_trials)},
                    {"p50_s", number(segment.p50_s)},
                    {"p95_s", number(segment.p95_s)}});
  }
  Json& hurt = json["hurt_most"] = Json::array();
  for (const HarmRow& row : recovery.hurt_most) {
    Json causes = Json::object();
    for (const HarmCause& one : row.causes) causes[one.cause] = number(one.share);
    hurt.push_back({{"segment", row.segment},
                    {"bad_per_trial", number(row.per_trial)},
                    {"share", number(row.share)},
                    {"causes", std::move(causes)}});
  }
  json["timeline"] = failover_json(recovery.timeline);
  return json;
}

}  // namespace

Json findings_json(const std::vector<Finding>& findings) {
  Json json = Json::array();
  for (const Finding& finding : findings) {
    json.push_back(
        {{"severity", finding.severity}, {"code", finding.code}, {"text", finding.text}});
  }
  return json;
}

Json failover_json(const std::vector<FailoverRow>& rows) {
  Json json = Json::array();
  for (const FailoverRow& row : rows) {
    Json one;
    one["name"] = row.name;
    one["label"] = row.label;
    one["owner"] = row.owner;
    one["kind"] = row.kind;
    if (row.ready) one["ready_s"] = seconds(*row.ready);
    one["start_s"] = seconds(row.start);
    one["end_s"] = seconds(row.end);
    std::string waited;
    for (const std::string& name : row.waited_for) {
      if (!waited.empty()) waited += ", ";
      waited += name;
    }
    one["waited_for"] = waited;
    one["critical"] = row.critical;
    json.push_back(std::move(one));
  }
  return json;
}

Json result_json(const Report& report) {
  Json json;
  json["format"] = "lifeboat/result/1";
  json["version"] = kVersion;
  json["scenario"] = report.scenario;
  if (!report.strategy.empty()) json["strategy"] = report.strategy;
  json["seed"] = report.seed;
  json["trials"] = report.trials;
  json["fingerprint"] = report.fingerprint;
  json["confidence"] = number(report.confidence);
  if (report.ends_when_recovered) json["ends_when_recovered"] = true;
  if (report.interrupted) json["interrupted"] = true;
  json["given"] = report.given.empty() ? Json(nullptr) : Json(report.given);
  json["verdict"] = name_of(report.verdict);
  json["findings"] = findings_json(report.findings);
  json["objectives"] = Json::array();
  for (const ObjectiveReport& one : report.objectives) {
    json["objectives"].push_back(objective_json(one));
  }
  Json& figures = json["figures"] = Json::object();
  for (const FigureReport& figure : report.figures) {
    figures[figure.name] = {{"estimate", number(figure.value)},
                            {"low", number(figure.low)},
                            {"high", number(figure.high)},
                            {"unit", figure.unit},
                            {"note", figure.note}};
  }
  Json& journeys = json["journeys"] = Json::object();
  for (const JourneyReport& journey : report.journeys) {
    journeys[journey.name] = journey_json(journey);
  }
  json["services"] = services_json(report.services);
  if (report.has_faults) json["recovery"] = recovery_json(report.recovery);
  if (report.cost) json["cost"] = cost_json(*report.cost);
  const double rate =
      report.run.wall_s > 0 ? static_cast<double>(report.run.events) / report.run.wall_s : 0;
  json["run"] = {{"events", report.run.events},
                 {"wall_s", number(report.run.wall_s)},
                 {"events_per_s", number(rate)},
                 {"peak_rss_bytes", report.run.peak_rss_bytes}};
  return json;
}

std::string result_document(const Report& report) { return dump(result_json(report), 2) + "\n"; }

}  // namespace lifeboat::reports
