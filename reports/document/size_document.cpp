#include "reports/document/size_document.hpp"

#include "lifeboat_version.hpp"
#include "reports/document/json.hpp"
#include "reports/document/output.hpp"
#include "reports/html/page.hpp"
#include "reports/text/size_text.hpp"

namespace lifeboat::reports {

namespace {

/// What both documents begin with.
template <class Found>
Json sized_head(const char* format, const Found& found) {
  Json json;
  json["format"] = format;
  json["version"] = kVersion;
  json["scenario"] = found.scenario;
  json["title"] = found.title;
  json["platform"] = found.platform;
  json["load"] = found.load;
  json["zone_down"] = found.zone_down.empty() ? Json(nullptr) : Json(found.zone_down);
  json["seed"] = found.seed;
  if (found.interrupted) json["interrupted"] = true;
  if (found.out_of_time) json["out_of_time"] = true;
  return json;
}

template <class Found>
Json sized_run(const Found& found) {
  return {{"trials", found.trials}, {"cpu_s", found.cpu_s}, {"wall_s", found.wall_s}};
}

Json knob_json(const SizedKnob& knob) {
  Json json;
  json["service"] = knob.service;
  json["region"] = knob.region;
  json["kind"] = knob.kind;
  json["parameter"] = knob.parameter;
  json["unit"] = knob.unit;
  json["now"] = knob.now;
  json["plan"] = knob.plan;
  json["plan_words"] = level_words(knob.plan, knob.unit);
  json["now_size"] = number(knob.now_size);
  json["plan_size"] = number(knob.plan_size);
  json["now_cost"] = number(knob.now_cost);
  json["plan_cost"] = number(knob.plan_cost);
  json["headroom"] = number(knob.headroom);
  json["binds"] = knob.binds;
  json["one_less"] = {
      {"verdict", knob.one_less_verdict ? Json(name_of(*knob.one_less_verdict)) : Json(nullptr)},
      {"words", knob.one_less},
      {"doubt", number(knob.one_less_doubt)}};
  return json;
}

Json sized_objective_json(const ObjectiveReport& objective) {
  return {{"objective", objective.objective}, {"estimate", number(objective.estimate)},
          {"low", number(objective.low)},     {"high", number(objective.high)},
          {"unit", objective.unit},           {"confidence", objective.confidence},
          {"threshold", objective.threshold}, {"verdict", name_of(objective.verdict)},
          {"reason", objective.reason}};
}

Json sizing_json(const Sizing& sizing) {
  Json json = sized_head("lifeboat/size/1", sizing);
  json["found"] = sizing.found;
  json["exact"] = sizing.is_exact;
  json["confidence"] = sizing.confidence;
  json["confirmed_by_trials"] = sizing.confirmed_by;
  json["cost_unit"] = sizing.is_billed ? "USD/month" : "servers";
  json["now_cost"] = number(sizing.now_cost);
  json["plan_cost"] = number(sizing.plan_cost);
  json["knobs"] = Json::array();
  for (const SizedKnob& knob : sizing.knobs) json["knobs"].push_back(knob_json(knob));
  json["objectives"] = Json::array();
  for (const ObjectiveReport& one : sizing.objectives) {
    json["objectives"].push_back(sized_objective_json(one));
  }
  json["one_less"] = {{"tried", sizing.neighbours},
                      {"missed", sizing.neighbours_missed},
                      {"confidence", number(sizing.neighbours_confidence)}};
  json["steps"] = Json::array();
  for (const SizedStep& step : sizing.steps) {
    json["steps"].push_back({{"stage", step.stage},
                             {"what", step.what},
                             {"cost", number(step.cost)},
                             {"trials", step.trials},
                             {"verdict", name_of(step.verdict)}});
  }
  json["findings"] = findings_json(sizing.findings);
  json["run"] = sized_run(sizing);
  return json;
}

Json headroom_json(const Headroom& headroom) {
  Json json = sized_head("lifeboat/headroom/1", headroom);
  json["factor"] = {{"estimate", number(headroom.estimate)},
                    {"low", number(headroom.low)},
                    {"high", number(headroom.high)}};
  json["theory"] = {{"station", headroom.bottleneck}, {"full_at", number(headroom.full_at)}};
  json["breaks"] = headroom.breaks;
  json["busiest"] = {{"station", headroom.busiest},
                     {"utilization", number(headroom.busiest_utilization)}};
  json["cause"] = headroom.cause;
  json["points"] = Json::array();
  for (const HeadroomPoint& point : headroom.points) {
    json["points"].push_back({{"factor", number(point.factor)},
                              {"trials", point.trials},
                              {"verdict", name_of(point.verdict)},
                              {"seems_met", point.seems_met}});
  }
  json["findings"] = findings_json(headroom.findings);
  json["run"] = sized_run(headroom);
  return json;
}

std::string page_of(const char* key, Json json, const std::vector<std::string>& summary) {
  Json page;
  page[key] = std::move(json);
  page[key]["summary"] = summary;
  return html::render_page(dump(page, -1));
}

}  // namespace

std::string size_document(const Sizing& sizing) { return dump(sizing_json(sizing), 2) + "\n"; }

std::string headroom_document(const Headroom& headroom) {
  return dump(headroom_json(headroom), 2) + "\n";
}

std::vector<std::string> write_sizing(const std::filesystem::path& folder, const Sizing& sizing) {
  std::vector<std::string> written = write_all(
      folder, {{"size.html", page_of("size", sizing_json(sizing), size_sentences(sizing))},
               {"size.json", size_document(sizing)},
               {"size.md", size_markdown(sizing)},
               {"plan.overlay.json", sizing.overlay}});
  if (sizing.inputs.empty()) return written;
  write_all(folder / "plan", sizing.inputs);
  written.push_back((folder / "plan" / sizing.inputs.front().first).string());
  return written;
}

std::vector<std::string> write_headroom(const std::filesystem::path& folder,
                                        const Headroom& headroom) {
  return write_all(
      folder,
      {{"size.html", page_of("headroom", headroom_json(headroom), headroom_sentences(headroom))},
       {"headroom.json", headroom_document(headroom)},
       {"headroom.md", headroom_markdown(headroom)}});
}

}  // namespace lifeboat::reports
